// Everything in Azure that an installation of Pimlico needs, in one resource group. App registrations are not Azure's:
// infra/identities.ts makes them. No secret goes in, and none comes out.
targetScope = 'subscription'

@minLength(1)
@maxLength(20)
@description('Name of the environment, as azd has it: part of the names of all resources.')
param environmentName string

@description('Region of everything but the Azure Bot, which is global.')
param location string

@description('App registration of the bot, made by infra/identities.ts.')
param botAppId string

@description('App registration of single sign-on, made by infra/identities.ts.')
param selfServiceAppId string

@description('App registration of administrators\' commands; empty for none.')
param adminAppId string = ''

@description('Public host name of the bot. Empty: the name that Container Apps gives, which is in the outputs.')
param domain string = ''

@description('Id of the certificate that is bound to the domain, once it is. Empty: this run removes whatever is bound by hand.')
param certificateId string = ''

@description('Id of the app in its Teams manifest; empty where it is the bot\'s.')
param teamsAppId string = ''

@description('Further settings of the bot, as { name, value }: none that the templates set, and no secret.')
param extraEnv array = []

@description('Address that is written to when the log has errors; empty: nobody is.')
param alertEmail string = ''

@allowed(['public', 'gcch', 'dod', 'china'])
@description('Cloud that the tenant is in, as PIMLICO_CLOUD.')
param cloud string = 'public'

@description('Image of the bot, as azd deploys it; empty on the first run, when there is none yet.')
param image string = ''

@minValue(1)
@maxValue(10)
@description('Replicas that are always warm: a bot that has to start first answers too late.')
param minReplicas int = 1

@minValue(1)
@maxValue(10)
param maxReplicas int = 3

@description('Size of the database server. It has to have connections for all replicas of two versions: B1ms, with 35, has not.')
param databaseSku string = 'Standard_B2s'

@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param databaseTier string = 'Burstable'

@minValue(7)
@maxValue(35)
@description('Days for which the database can be put back to any moment.')
param backupRetentionDays int = 14

@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

var tags = { 'azd-env-name': environmentName }
// Lower case: PostgreSQL and Container Apps take no other. Only azd's own tag has the name as it is.
var suffix = take(uniqueString(subscription().id, toLower(environmentName), location), 6)
var prefix = 'pimlico-${toLower(environmentName)}'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${prefix}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${prefix}'
    location: location
    tags: tags
  }
}

module logs 'modules/logs.bicep' = {
  name: 'logs'
  scope: group
  params: {
    name: 'log-${prefix}'
    location: location
    tags: tags
    retentionInDays: logRetentionDays
  }
}

module network 'modules/network.bicep' = {
  name: 'network'
  scope: group
  params: {
    prefix: prefix
    location: location
    tags: tags
  }
}

module database 'modules/database.bicep' = {
  name: 'database'
  scope: group
  params: {
    name: 'psql-${prefix}-${suffix}'
    location: location
    tags: tags
    skuName: databaseSku
    skuTier: databaseTier
    backupRetentionDays: backupRetentionDays
    subnetId: network.outputs.databaseSubnetId
    privateDnsZoneId: network.outputs.databaseDnsZoneId
    identityPrincipalId: identity.outputs.principalId
    identityName: identity.outputs.name
    workspaceId: logs.outputs.workspaceId
  }
}

module registry 'modules/registry.bicep' = {
  name: 'registry'
  scope: group
  params: {
    name: replace('cr${prefix}${suffix}', '-', '')
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    workspaceId: logs.outputs.workspaceId
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    prefix: prefix
    location: location
    tags: tags
    image: image
    registryServer: registry.outputs.loginServer
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    subnetId: network.outputs.appSubnetId
    workspaceName: logs.outputs.workspaceName
    workspaceId: logs.outputs.workspaceId
    minReplicas: minReplicas
    maxReplicas: maxReplicas
    cloud: cloud
    domain: domain
    certificateId: certificateId
    botAppId: botAppId
    selfServiceAppId: selfServiceAppId
    adminAppId: adminAppId
    teamsAppId: teamsAppId
    extraEnv: extraEnv
    alertEmail: alertEmail
    databaseUrl: 'postgres://${identity.outputs.name}@${database.outputs.host}:5432/${database.outputs.databaseName}?sslmode=verify-full'
  }
}

module bot 'modules/bot.bicep' = {
  name: 'bot'
  scope: group
  params: {
    name: 'bot-${prefix}-${suffix}'
    tags: tags
    host: app.outputs.host
    botAppId: botAppId
    workspaceId: logs.outputs.workspaceId
  }
}

output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.loginServer
output SERVICE_BOT_NAME string = app.outputs.name
output PIMLICO_RESOURCE_GROUP string = group.name
@description('Host name that the app package and infra/identities.ts are given.')
output PIMLICO_DOMAIN string = app.outputs.host
@description('Where a DNS record of one\'s own domain has to point.')
output PIMLICO_DEFAULT_DOMAIN string = app.outputs.defaultHost
@description('Object id of the managed identity, for infra/identities.ts --managed-identity.')
output PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output PIMLICO_MANAGED_IDENTITY_CLIENT_ID string = identity.outputs.clientId
@description('The one address that all calls to Microsoft come from: name it in Conditional Access.')
output PIMLICO_OUTBOUND_ADDRESS string = network.outputs.outboundAddress
