// What the tests assert with.
import assert from "node:assert/strict";
import {
  handleCount,
  RtffiError,
} from "../../../examples/hosts/deno/rtffi/mod.ts";

export function equal(got: unknown, expected: unknown): void {
  assert.deepEqual(got, expected);
}

/** The error that a call throws: of this code, with a message that has the text. */
export function throws(
  code: string,
  text: string,
  call: () => unknown,
): RtffiError {
  try {
    call();
  } catch (why) {
    assert(why instanceof RtffiError, String(why));
    assert.equal(why.code, code, why.message);
    assert(why.message.includes(text), `'${text}' is not in: ${why.message}`);
    return why;
  }
  assert.fail("it threw nothing");
}

/** How many objects the body leaves alive. */
export function leftBy(body: () => void): number {
  const before = handleCount();
  body();
  return handleCount() - before;
}
