#!/bin/sh
# Makes the app registrations, whose ids the templates need. Before the first run there is no managed identity yet.
set -eu
: "${AZURE_TENANT_ID:?Name the tenant: azd env set AZURE_TENANT_ID GUID}"
: "${PIMLICO_OWN_DOMAIN:?Name the public host of the bot: azd env set PIMLICO_OWN_DOMAIN pimlico.contoso.com}"
settings=$(node_modules/.bin/node infra/identities.ts apply \
  --tenant "$AZURE_TENANT_ID" --domain "$PIMLICO_OWN_DOMAIN" --cloud "${PIMLICO_CLOUD:-public}" ${PIMLICO_WITHOUT_ADMIN:+--without-admin} \
  ${PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID:+--managed-identity "$PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID"})
echo "$settings" | while IFS='=' read -r name value; do
  azd env set "$name" "$value"
done
