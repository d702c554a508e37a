#!/bin/sh
# Now there is a managed identity: the app registrations trust it. Then the package to upload.
set -eu
node_modules/.bin/node infra/identities.ts apply \
  --tenant "$AZURE_TENANT_ID" --domain "$PIMLICO_OWN_DOMAIN" --cloud "${PIMLICO_CLOUD:-public}" ${PIMLICO_WITHOUT_ADMIN:+--without-admin} \
  ${PIMLICO_SURFACES:+--surfaces "$PIMLICO_SURFACES"} \
  --managed-identity "$PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID" >/dev/null
node_modules/.bin/node cli/manifest.ts \
  --app-id "${PIMLICO_TEAMS_APP_ID:-$PIMLICO_BOT_APP_ID}" --bot-app-id "$PIMLICO_BOT_APP_ID" \
  --self-service-app-id "$PIMLICO_SELF_SERVICE_APP_ID" --domain "$PIMLICO_OWN_DOMAIN" \
  --app-version "${PIMLICO_PACKAGE_VERSION:-1.0.0}" --cloud "${PIMLICO_CLOUD:-public}" --out pimlico.zip
echo "Calls to Microsoft come from $PIMLICO_OUTBOUND_ADDRESS."
