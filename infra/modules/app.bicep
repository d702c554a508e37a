// The bot in Container Apps: always warm, TLS in front, one user without rights inside.
param prefix string
param location string
param tags object
param image string
param registryServer string
param identityId string
param identityClientId string
param subnetId string
param workspaceName string
param workspaceId string
param minReplicas int
param maxReplicas int
param cloud string
param domain string
param certificateId string
param botAppId string
param selfServiceAppId string
param adminAppId string
param teamsAppId string
param extraEnv array
param alertEmail string
param databaseUrl string

var port = 3978
var name = take('ca-${prefix}', 32)
// Until azd pushed the first image there is only one that listens on another port: no probe would pass.
var isFirst = empty(image)
var firstImage = 'mcr.microsoft.com/k8se/quickstart:latest'
var host = empty(domain) ? '${name}.${environment.properties.defaultDomain}' : domain

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'cae-${prefix}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: { infrastructureSubnetId: subnetId, internal: false }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: environment
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'bot' })
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      // Replicas of two versions may run side by side; the old ones drain when the new ones are ready.
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        allowInsecure: false
        targetPort: port
        transport: 'http'
        // All of the ingress is replaced by each run: a binding that is not here is removed.
        customDomains: empty(domain) || empty(certificateId)
          ? []
          : [{ name: domain, bindingType: 'SniEnabled', certificateId: certificateId }]
      }
      registries: [{ server: registryServer, identity: identityId }]
    }
    template: {
      // The bot finishes what is running within eight seconds of SIGTERM.
      terminationGracePeriodSeconds: 15
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        rules: [{ name: 'http', http: { metadata: { concurrentRequests: '50' } } }]
      }
      volumes: [{ name: 'data', storageType: 'EmptyDir' }]
      containers: [
        {
          name: 'bot'
          image: isFirst ? firstImage : image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          volumeMounts: [{ volumeName: 'data', mountPath: '/data' }]
          probes: isFirst
            ? []
            : [
                // Nothing listens before the migrations are done, which may wait for twelve minutes; ten failures are the most that
                // can be allowed. The first look comes when a start without migrations should be through.
                {
                  type: 'Startup'
                  httpGet: { path: '/healthz', port: port }
                  initialDelaySeconds: 15
                  periodSeconds: 80
                  timeoutSeconds: 5
                  failureThreshold: 10
                }
                {
                  type: 'Liveness'
                  httpGet: { path: '/healthz', port: port }
                  periodSeconds: 10
                  timeoutSeconds: 5
                  failureThreshold: 6
                }
                {
                  type: 'Readiness'
                  httpGet: { path: '/readyz', port: port }
                  periodSeconds: 5
                  timeoutSeconds: 5
                  failureThreshold: 3
                }
              ]
          env: concat(
            [
              { name: 'PIMLICO_CLOUD', value: cloud }
              { name: 'PIMLICO_TENANT_ID', value: tenant().tenantId }
              { name: 'PIMLICO_BOT_APP_ID', value: botAppId }
              { name: 'PIMLICO_SELF_SERVICE_APP_ID', value: selfServiceAppId }
              { name: 'PIMLICO_READER_APP_ID', value: identityClientId }
              { name: 'PIMLICO_MANAGED_IDENTITY_CLIENT_ID', value: identityClientId }
              { name: 'PIMLICO_DATABASE_URL', value: databaseUrl }
              { name: 'PIMLICO_DATABASE_AUTH', value: 'entra' }
              { name: 'PIMLICO_DATA_DIR', value: '/data' }
              { name: 'PIMLICO_HOST', value: '0.0.0.0' }
              { name: 'PIMLICO_PORT', value: string(port) }
              { name: 'PIMLICO_PUBLIC_URL', value: 'https://${host}' }
            ],
            empty(adminAppId) ? [] : [{ name: 'PIMLICO_ADMIN_APP_ID', value: adminAppId }],
            empty(teamsAppId) ? [] : [{ name: 'PIMLICO_TEAMS_APP_ID', value: teamsAppId }],
            extraEnv
          )
        }
      ]
    }
  }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

// Without an address there is nobody to tell: the alert is seen in the portal only.
resource told 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-${prefix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'pimlico'
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

// A start that fails is one of these lines, too: start.failed.
resource unwell 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = {
  name: 'alert-${prefix}-errors'
  location: location
  tags: tags
  properties: {
    displayName: 'Pimlico: errors in the log'
    description: 'Lines of level error: somebody must act (docs/operations.md).'
    severity: 2
    enabled: true
    // The table is made by the first line that arrives: on the first deployment a query of it would be refused.
    skipQueryValidation: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: 'ContainerAppConsoleLogs | where ContainerAppName == \'${name}\' | where Log has \'"level":"error"\''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: { actionGroups: empty(alertEmail) ? [] : [told.id] }
  }
}

output name string = app.name
output host string = host
output defaultHost string = '${name}.${environment.properties.defaultDomain}'
