/** A hub that is killed again and again, for all who work with it. */
export interface CrashSite {
  readonly workspace: string;
  /** Resolves once the hub runs: with its address, and how often it has been killed by then. */
  hubIsUp(): Promise<{ readonly url: string; readonly life: number }>;
  /** Called with each answer that promises something. */
  onAck(): void;
  /** Called when one of them is at work again, in that life of the hub. */
  onBack(name: string, life: number): void;
}
