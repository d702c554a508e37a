#!/bin/sh
# Makes the app registrations, whose ids the templates need. Before the first run there is no managed identity yet.
set -eu
# It becomes part of names; azd takes more than PostgreSQL and Container Apps do.
case "${AZURE_ENV_NAME:-}" in
  '' | *[!A-Za-z0-9-]* | -* | *- | *--* | ?????????????????????*)
    echo "The environment's name \"${AZURE_ENV_NAME:-}\" cannot be used: letters, digits and single hyphens between them, at most 20. Make another: azd env new NAME" >&2
    exit 1
    ;;
esac
: "${AZURE_TENANT_ID:?Name the tenant: azd env set AZURE_TENANT_ID GUID}"
: "${PIMLICO_OWN_DOMAIN:?Name the public host of the bot: azd env set PIMLICO_OWN_DOMAIN pimlico.contoso.com}"
settings=$(node_modules/.bin/node infra/identities.ts apply \
  --tenant "$AZURE_TENANT_ID" --domain "$PIMLICO_OWN_DOMAIN" --cloud "${PIMLICO_CLOUD:-public}" ${PIMLICO_WITHOUT_ADMIN:+--without-admin} \
  ${PIMLICO_SURFACES:+--surfaces "$PIMLICO_SURFACES"} \
  ${PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID:+--managed-identity "$PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID"})
echo "$settings" | while IFS='=' read -r name value; do
  azd env set "$name" "$value"
done
