import type { z } from 'zod';

/** One call over the dashboard's channel: the schema of the one object that it takes, and the type of its answer. */
export interface DashboardCall<Input extends z.ZodType, Answer> {
  readonly input: Input;
  /** For the compiler only; it is never there. */
  readonly answer?: { readonly type: Answer };
}

/** Describes a call; say the type of its answer with `.answers<T>()`. */
export function call<Input extends z.ZodType>(input: Input): { answers<Answer>(): DashboardCall<Input, Answer> } {
  return { answers: () => ({ input }) };
}

type DescribedCalls = Readonly<Record<string, DashboardCall<z.ZodType, unknown>>>;
type InputOf<C> = C extends DashboardCall<infer Input, unknown> ? z.infer<Input> : never;
type AnswerOf<C> = C extends DashboardCall<z.ZodType, infer Answer> ? Answer : never;

/** Calls as those who ask see them: where every part may be left out, so may the object. */
export type ClientCalls<Calls extends DescribedCalls> = {
  readonly [K in keyof Calls]: {} extends InputOf<Calls[K]>
    ? (input?: InputOf<Calls[K]>) => Promise<AnswerOf<Calls[K]>>
    : (input: InputOf<Calls[K]>) => Promise<AnswerOf<Calls[K]>>;
};

/** Calls as the hub answers them: with an object that was checked. */
export type ServerCalls<Calls extends DescribedCalls> = {
  readonly [K in keyof Calls]: (input: InputOf<Calls[K]>) => Promise<AnswerOf<Calls[K]>>;
};
