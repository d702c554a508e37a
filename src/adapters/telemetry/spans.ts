import { type Context, ROOT_CONTEXT, type Span, type SpanContext, SpanStatusCode, trace } from '@opentelemetry/api';
import { AccessError } from '../../errors.ts';

const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Reads W3C's `traceparent`; null when there is none, or none that can be read. */
export function readTraceParent(text: string | null | undefined): SpanContext | null {
  const [, traceId, spanId, flags] = TRACE_PARENT.exec(text ?? '') ?? [];
  return traceId === undefined || spanId === undefined || flags === undefined
    ? null
    : { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

export function writeTraceParent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Where a span goes that takes up a kept trace; null when there is none to take up. */
export function contextOf(from: string | null | undefined): Context | null {
  const parent = readTraceParent(from);
  return parent === null ? null : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** Where a span goes that is a part of another. */
export function inside(span: Span): Context {
  return trace.setSpan(ROOT_CONTEXT, span);
}

/** Ends the span with the work; of a failure it says the code, never the text. */
export async function ended<T>(span: Span | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof AccessError ? error.code : 'unexpected';
    span?.setStatus({ code: SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span?.end();
  }
}
