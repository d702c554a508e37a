// PostgreSQL that knows no password: people and programs come with tokens of Entra, from inside the network.
param name string
param location string
param tags object
param skuName string
param skuTier string
param backupRetentionDays int
param subnetId string
param privateDnsZoneId string
param identityPrincipalId string
param identityName string
param workspaceId string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: skuName, tier: skuTier }
  properties: {
    version: '17'
    createMode: 'Default'
    authConfig: {
      activeDirectoryAuth: 'Enabled'
      passwordAuth: 'Disabled'
      tenantId: tenant().tenantId
    }
    storage: { storageSizeGB: 32, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: backupRetentionDays, geoRedundantBackup: 'Disabled' }
    network: {
      delegatedSubnetResourceId: subnetId
      privateDnsZoneArmResourceId: privateDnsZoneId
      publicNetworkAccess: 'Disabled'
    }
  }

  resource database 'databases' = {
    name: 'pimlico'
    properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  }

  // Migrations make schemas, so the bot's own identity is the administrator; the server takes one change at a time.
  resource administrator 'administrators' = {
    name: identityPrincipalId
    properties: {
      principalName: identityName
      principalType: 'ServicePrincipal'
      tenantId: tenant().tenantId
    }
    dependsOn: [database]
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: server
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output host string = server.properties.fullyQualifiedDomainName
output databaseName string = server::database.name
