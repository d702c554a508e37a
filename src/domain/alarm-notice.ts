import type { Mention, RoleFacts } from './card-facts.ts';

interface AlarmFacts {
  readonly card: 'alarm';
  readonly raisedAt: string;
  /** Who is called by name where several people read it. */
  readonly mentions: readonly Mention[];
}

/** One person had two roles together that the rulebook keeps apart, which the bot itself would have refused. */
export interface DutiesAlarmNotice extends AlarmFacts {
  readonly kind: 'duties';
  readonly personName: string;
  /** Became active at `activeAt`. */
  readonly role: RoleFacts;
  readonly activeAt: string;
  /** Was active already. */
  readonly beside: RoleFacts;
  readonly ruleName: string;
  readonly ruleReason: string;
}

/** An emergency access account signed in, or did something. */
export interface EmergencyAlarmNotice extends AlarmFacts {
  readonly kind: 'emergency-account';
  readonly personName: string;
  /** Oldest first. */
  readonly seen: readonly EmergencyDeed[];
  /** How many more there were. */
  readonly further: number;
}

export type EmergencyDeed =
  | {
      readonly kind: 'sign-in';
      readonly at: string;
      readonly isSuccess: boolean;
      readonly app: string | null;
      readonly address: string | null;
    }
  | { readonly kind: 'activity'; readonly at: string; readonly isSuccess: boolean; readonly activity: string };

/** What must not wait until somebody asks: for the channel and the people that the rulebook names. */
export type AlarmNotice = DutiesAlarmNotice | EmergencyAlarmNotice;
