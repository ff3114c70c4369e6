/** An attribute of OTLP/JSON. */
export interface OtlpAttribute {
  readonly key: string;
  /** Integers of 64 bits are texts in JSON. */
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

/** Attributes by name; those without a value are left out. */
export type OtlpValues = Readonly<Record<string, string | number | undefined>>;

/** The attributes of a span or resource as OTLP/JSON has them. Numbers must be integers. */
export function otlpAttributes(values: OtlpValues): readonly OtlpAttribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}
