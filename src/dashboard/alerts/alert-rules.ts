/** What a person can be alerted to, with the number that each rule goes by. The order is that of the list. */
export const alertRules = {
  pending: {
    title: 'A call has no answer for',
    unit: 'seconds',
    usual: 60,
    /** Shown beside the rule in Settings. */
    note: 'Calls that wait for an event, a job or a lock do not count.',
  },
  waiting: { title: 'An agent waits for a lock for', unit: 'seconds', usual: 60 },
  expiring: { title: 'A lock that others wait for expires in', unit: 'seconds', usual: 10 },
  unread: { title: 'An agent leaves unread', unit: 'KiB', usual: 64 },
  repeated: { title: 'An agent repeats a call that fails', unit: 'times', usual: 3 },
  abandoned: { title: 'An agent gives up a call before its answer', unit: 'times', usual: 1 },
  cycle: { title: 'A wait is refused, as agents would wait for each other', unit: 'times', usual: 1 },
  flapping: { title: 'An agent loses its connection', unit: 'times', usual: 3 },
  refused: { title: 'A client is refused', unit: 'times', usual: 1 },
} as const satisfies Readonly<Record<string, AlertRule>>;

interface AlertRule {
  /** The number and its unit follow. */
  readonly title: string;
  readonly unit: 'seconds' | 'KiB' | 'times';
  /** The number where nobody chose one. */
  readonly usual: number;
  readonly note?: string;
}

export type AlertRuleName = keyof typeof alertRules;

export const alertRuleNames = Object.keys(alertRules) as readonly AlertRuleName[];

/** The largest number that a rule takes; the least is 1. */
export const MOST_OF_ALERT = 86_400;

/** What the person chose; a rule that is not in it is on, with its usual number. */
export type AlertChoices = Partial<
  Readonly<Record<AlertRuleName, { readonly isOn: boolean; readonly number: number }>>
>;

/** The number of a rule; undefined where it is switched off. */
export function numberOf(choices: AlertChoices, rule: AlertRuleName): number | undefined {
  const chosen = choices[rule];
  if (!chosen) return alertRules[rule].usual;
  return chosen.isOn ? chosen.number : undefined;
}
