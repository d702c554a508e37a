import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** The simulated hosts. Login, Graph and ARM speak HTTPS; the others plain HTTP, all on loopback. */
export type ServiceName = 'login' | 'graph' | 'arm' | 'connector' | 'openid' | 'control';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';

/** What a verified bearer token says. Times are sandbox time. */
export interface AccessToken {
  readonly kind: 'delegated' | 'application';
  /** Resource the token is for, as in `aud`: `https://graph.microsoft.com`, `https://management.azure.com`, `https://api.botframework.com`, `api://botid-…`. */
  readonly audience: string;
  readonly tenantId: string;
  readonly appId: string;
  /** Object id of the person, or null for an application. */
  readonly principalId: string | null;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly amr: readonly string[];
  readonly acrs: readonly string[];
  /** `xms_cc`: client capabilities such as `cp1`. */
  readonly capabilities: readonly string[];
  readonly expiresAt: Temporal.Instant;
}

/**
 * One HTTP request as a room of the sandbox sees it. The path is decoded and has no doubled slashes.
 * On Graph, ARM and the connector `caller` is never null, except for a route that is `anonymous`.
 */
export interface Exchange {
  readonly service: ServiceName;
  readonly method: Method;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; `undefined` when there is none or it does not parse. */
  readonly json: unknown;
  /** The verified caller; null when there was no token, or it is bad, expired or for another audience. */
  readonly caller: AccessToken | null;
  /** The caller's connection, for long polls; a part of a `$batch` has none. */
  readonly socket?: Socket;
}

/** `body`: an object is sent as JSON, a string as it is with the given content type, undefined sends nothing. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Who turned out to be asking, for the log of calls; only where there is no bearer token (the token endpoint). */
  readonly by?: Pick<Call, 'principalId' | 'appId' | 'kind'>;
}

/** A pattern is a path with `:name` segments; a last `*rest` takes what remains. First match wins, in order of registration. */
export interface Route {
  readonly method: Method;
  readonly pattern: string;
  /** Answers callers without a token too; Graph, ARM and the connector refuse them otherwise. */
  readonly anonymous?: boolean;
  handle(exchange: Exchange, params: Readonly<Record<string, string>>): Answer | Promise<Answer>;
}

/** The settable clock every room reads. It stands still until somebody moves it, or runs with the wall clock when `running`. */
export interface SandboxClock {
  now(): Temporal.Instant;
  set(instant: Temporal.Instant): Promise<void>;
}

export interface User {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly mail: string;
}

export interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly isAssignableToRole: boolean;
  readonly memberIds: string[];
  readonly ownerIds: string[];
  /** Members by a rule, or kept on premises: PIM does not manage such groups. */
  readonly isDynamic?: boolean;
  readonly isSynced?: boolean;
  /** Who lacks `Member.Read.Hidden` is shown no members. */
  readonly hidesMembers?: boolean;
}

export interface AdministrativeUnit {
  readonly id: string;
  readonly displayName: string;
}

/** One app registration and what an administrator consented to. */
export interface AppRegistration {
  readonly clientId: string;
  readonly secret: string;
  readonly displayName: string;
  /** Delegated permissions by resource audience. */
  readonly delegated: Readonly<Record<string, readonly string[]>>;
  /** Application permissions by resource audience. */
  readonly application: Readonly<Record<string, readonly string[]>>;
  /** `api://…`, for an app that is itself a resource. */
  readonly identifierUri?: string;
  /** A redirect is registered when it begins with one of these. */
  readonly redirectPrefixes?: readonly string[];
}

/** One interactive sign-in, or one that failed. */
export interface SignInRecord {
  readonly id: string;
  readonly at: Temporal.Instant;
  readonly personId: string;
  readonly appId: string;
  readonly appName: string;
  /** The number behind `AADSTS`; 0 stands for success. */
  readonly errorCode: number;
}

/** The people and things of the simulated tenant; role management holds its own state. */
export interface Tenant {
  readonly id: string;
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly administrativeUnits: Map<string, AdministrativeUnit>;
  readonly apps: {
    readonly connector: AppRegistration;
    readonly selfService: AppRegistration;
    readonly admin: AppRegistration;
    readonly reader: AppRegistration;
  };
  /** Directory roles a person holds without PIM, by object id: role template ids. */
  readonly directoryRoles: Map<string, Set<string>>;
  /** People who have not consented to the self-service app (`@consent PERSON no`). */
  readonly withoutConsent: Set<string>;
  /** People for whom nobody consented to the admin app; the seed has an administrator's consent for all. */
  readonly withoutAdminConsent: Set<string>;
  /** People whose accounts are disabled: they stay in their groups and sign in nowhere. */
  readonly disabledAccounts: Set<string>;
  /** People from other organizations, by object id. */
  readonly guests: Set<string>;
  /** Who signed in where, in order. */
  readonly signIns: SignInRecord[];
  /** App roles of the self-service app, by object id: `roles` in its tokens. */
  readonly appRoles?: Map<string, readonly string[]>;
}

/** Settings that tests and scripts change; durations are sandbox time. */
export interface SandboxSettings {
  listLag: Temporal.Duration;
  auditDelay: Temporal.Duration;
  pageSize: number;
  /** Text format of policy failures (pim-api §9.3). */
  policyFailureFormat: 'json-list' | 'text';
  /** Whether PIM errors come wrapped in `UnknownError` (pim-api §9.1). */
  wrapErrors: boolean;
  /** Status word for a future start (pim-api §5.2). */
  futureStartStatus: 'Granted' | 'ScheduleCreated';
  /** Whether an eligible person without a directory read role may read role settings (pim-api §18.7). */
  policyReadableByEveryone: boolean;
  /** How long an activation of a group is `PendingProvisioning` (pim-api §3.5). */
  groupProvisioning: Temporal.Duration;
  /** Lag of the groups' lists for what came and for what went; null is `listLag` (pim-api §17.3). */
  groupListLag: Temporal.Duration | null;
  groupUnlistLag: Temporal.Duration | null;
  /** Whether a second activation during provisioning ends the first membership (pim-api §19.23). */
  groupRepeatDamage: boolean;
  /** What the second of two deactivations of a group is answered (pim-api §3.7). */
  groupRepeatedDeactivation: 'RoleAssignmentDoesNotExist' | 'BadRequest';
  /** Whether the last owner of a group keeps it when the time is over (pim-api §19.24). */
  groupLastOwnerStays: boolean;
  /** Whether selfExtend and selfRenew exist for groups (pim-api §18.9). */
  groupSelfExtension: boolean;
  /** How long an active assignment of an Azure role is `PendingProvisioning`; live it was `Provisioned` at once (pim-api §11). */
  azureProvisioning: Temporal.Duration;
  /** Lag of ARM's lists for what came and for what went; null is `listLag` (pim-api §17.3). */
  azureListLag: Temporal.Duration | null;
  azureUnlistLag: Temporal.Duration | null;
}

/** What every room is given. */
export interface World {
  readonly clock: SandboxClock;
  readonly tenant: Tenant;
  readonly settings: SandboxSettings;
}

/** One request as the log of calls keeps it. */
export interface Call {
  readonly seq: number;
  /** Sandbox time, ISO 8601. */
  readonly at: string;
  readonly service: ServiceName;
  readonly method: string;
  /** Decoded, with its query. */
  readonly path: string;
  /** 0 when no answer was sent. */
  readonly status: number;
  readonly principalId: string | null;
  readonly appId: string | null;
  readonly kind: AccessToken['kind'] | null;
  /** True for one request inside a `$batch`; the surrounding POST has an entry of its own without it. */
  readonly batch?: boolean;
}

/** The log of calls. Rooms add an entry for each part of a `$batch`; all else is logged by the platform. */
export interface CallLog {
  add(call: Omit<Call, 'seq' | 'at'>): Call;
  /** Calls after that number, oldest first. */
  since(seq: number): readonly Call[];
  readonly lastSeq: number;
}

/** A fault somebody set with `POST /faults`; members beyond these are the fault's own. */
export interface Fault {
  readonly id: number;
  readonly name: string;
  readonly [member: string]: unknown;
}

/** The faults that are set, as rooms see them. */
export interface Faults {
  /**
   * Whether a fault of this name applies: every given fact must equal the fault's member of that name, where it has one
   * (`has('stale-read', { surface: 'directory' })`). Asking uses up one of its `times`.
   */
  has(name: string, facts?: Readonly<Record<string, string>>): boolean;
  /** As `has`, with the fault itself. */
  take(name: string, facts?: Readonly<Record<string, string>>): Fault | null;
  /** What throttle, error or empty answer to one part of a `$batch`; null when it may go on. */
  intercept(part: { readonly service: ServiceName; readonly method: string; readonly path: string }): Answer | null;
}

export interface AccessTokenRequest {
  readonly app: AppRegistration;
  readonly audience: string;
  /** The person for a delegated token; without it the token is the application's own. */
  readonly personId?: string;
  readonly amr?: readonly string[];
  readonly acrs?: readonly string[];
  readonly capabilities?: readonly string[];
  /** One hour when not given. */
  readonly lifetime?: Temporal.Duration;
}

/** Makes and checks tokens. Entra's tokens live in sandbox time, channel tokens in wall time. */
export interface TokenIssuer {
  /** What Teams sends with an activity: audience is the bot; `serviceUrl` must be the activity's, character for character. */
  channelToken(serviceUrl: string): Promise<string>;
  /** The Teams SSO token of a person, by object id. */
  ssoToken(personId: string): Promise<string>;
  accessToken(request: AccessTokenRequest): Promise<string>;
  /** The caller, or null when the token is bad, expired, or not for this service. */
  verify(token: string, service: ServiceName): AccessToken | null;
}

/** Takes what only its two ends should see, and what the bot wrote; keeps it when somebody collects. */
export interface EvidenceBox {
  add(kind: 'channel-token' | 'sso-token', value: unknown): void;
  write(body: { readonly to: 'client'; readonly about: string; readonly text: string }): void;
}

/** What every room is given beside the world. `urls` are origins without a trailing slash. */
export interface Tools {
  readonly issuer: TokenIssuer;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** The authority behind the certificates of login, Graph and ARM. */
  readonly caPem: string;
  readonly evidence: EvidenceBox;
}

/** What a room adds: routes by service, names of faults it understands, and what to do at the end. */
export interface RoomParts {
  readonly routes: Partial<Record<ServiceName, Route[]>>;
  readonly faultNames?: readonly string[];
  close?(): void | Promise<void>;
}

export type Room = (world: World, tools: Tools) => RoomParts;
