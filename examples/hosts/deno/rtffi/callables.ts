// callables.ts - JavaScript functions that plugins call.
//
// One C function serves all of them, and finds the JavaScript function by the callable's context. A plugin may call it only on the
// thread of JavaScript, which the core sees to. JavaScript collects nothing while a loop runs, so what a callback is given or makes
// is freed when it returns, but for what it gives: `clone` what is to stay.
import {
  check,
  core,
  cText,
  lastError,
  RtffiError,
  textAt,
  thrown,
} from "./core.ts";
import { Scope } from "./handle.ts";
import { parseSignature, type Signature } from "./signature.ts";
import {
  type Argument,
  type Callback,
  describe,
  itemSize,
  read,
  tags,
  valueSize,
  Writer,
} from "./values.ts";

interface Callable {
  id: bigint;
  body: Callback;
  signature: Signature;
}

const owned = 1; // a flag: rt_value_clear frees the memory
const calleeFailed = 11; // RT_E_CALLEE
const callables = new Map<bigint, Callable>();
let nextKey = 1n;
let sweepAt = 64;

const libc = Deno.dlopen("libc.so.6", {
  malloc: { parameters: ["usize"], result: "pointer" },
}).symbols;

function viewAt(pointer: Deno.PointerObject, length: number): DataView {
  return new DataView(Deno.UnsafePointerView.getArrayBuffer(pointer, length));
}

function addressAt(view: DataView, offset: number): Deno.PointerObject | null {
  return Deno.UnsafePointer.create(view.getBigUint64(offset, true));
}

/** Visits the handles that a value holds. */
function eachHandle(value: DataView, visit: (id: bigint) => void): void {
  const tag = value.getUint32(0, true);
  if (tag === tags.handle) {
    visit(value.getBigInt64(16, true));
  }
  const size = Number(value.getBigUint64(8, true));
  const memory = tag > tags.text && size > 0 ? addressAt(value, 16) : null;
  if (memory !== null && (tag === tags.handles || tag === tags.values)) {
    const items = viewAt(memory, size * itemSize(tag));
    for (let i = 0; i < size; i++) {
      if (tag === tags.handles) {
        visit(items.getBigInt64(8 * i, true));
      } else {
        eachHandle(new DataView(items.buffer, valueSize * i, valueSize), visit);
      }
    }
  }
}

/** Adds an owner to each handle in the value; where one is no more, all is as before. */
function share(value: DataView): void {
  const shared: bigint[] = [];
  eachHandle(value, (id) => {
    if (id !== 0n && core.rt_handle_clone(id) === 0n) {
      const why = lastError();
      shared.forEach((other) => core.rt_handle_free(other));
      throw why;
    }
    shared.push(id);
  });
}

/** Has the value own a copy of its memory, as a result must. */
function copyMemory(value: DataView): void {
  const tag = value.getUint32(0, true);
  if (tag < tags.text) {
    return;
  }
  const length = Number(value.getBigUint64(8, true)) * itemSize(tag);
  const from = addressAt(value, 16);
  const memory = libc.malloc(BigInt(length + 1));
  if (memory === null) {
    throw new RangeError("out of memory");
  }
  const to = viewAt(memory, length + 1);
  if (from !== null && length > 0) {
    Deno.UnsafePointerView.copyInto(from, new Uint8Array(to.buffer, 0, length));
  }
  to.setUint8(length, 0);
  value.setUint32(4, owned, true);
  value.setBigUint64(16, Deno.UnsafePointer.value(memory), true);
  if (tag === tags.values) {
    for (let offset = 0; offset < length; offset += valueSize) {
      copyMemory(new DataView(to.buffer, offset, valueSize));
    }
  }
}

function run(
  callable: Callable,
  args: Deno.PointerValue,
  count: number,
  result: DataView,
): void {
  const given: unknown[] = [];
  for (let i = 0; args !== null && i < count; i++) {
    const value = viewAt(
      Deno.UnsafePointer.offset(args, i * valueSize)!,
      valueSize,
    );
    given.push(read(value, false));
  }
  let answer = callable.body(...given as never[]) as Argument;
  const type = callable.signature.result;
  if (type === undefined) {
    return;
  }
  if (
    type.kind === "array" && !Array.isArray(answer) &&
    !ArrayBuffer.isView(answer)
  ) {
    answer = answer === undefined ? [] : [answer]; // one of a list of one
  }
  const writer = new Writer(makeCallable);
  if (!writer.write(result, answer, type)) {
    throw new RtffiError(
      "RT_E_TYPE",
      `${
        describe(answer)
      } cannot be the result of a \`${callable.signature.text}\``,
    );
  }
  copyMemory(result);
  share(result);
  writer.keep.length = 0; // until here it kept the memory alive
}

/** Nothing may be thrown through C. */
function entry(
  self: Deno.PointerValue,
  args: Deno.PointerValue,
  count: bigint,
  result: Deno.PointerValue,
): number {
  const value = viewAt(result!, valueSize);
  value.setBigUint64(0, 0n, true);
  try {
    using _scope = new Scope();
    const context = new Deno.UnsafePointerView(self!).getBigUint64(16);
    run(callables.get(context)!, args, Number(count), value);
    return 0;
  } catch (why) {
    core.rt_value_clear(result);
    thrown.value = why;
    const message = why instanceof Error ? why.message : String(why);
    return core.rt_fail(
      statusOf(why),
      cText("js_error"),
      cText(message.replaceAll("\0", "\\0")),
    );
  }
}

function statusOf(why: unknown): number {
  const statuses = Array.from({ length: calleeFailed }, (_, i) => i + 1);
  return statuses.find((status) =>
    why instanceof RtffiError &&
    textAt(core.rt_status_name(status)) === why.code
  ) ??
    calleeFailed;
}

const entryCallback = new Deno.UnsafeCallback(
  { parameters: ["pointer", "pointer", "usize", "pointer"], result: "i32" },
  entry,
);

/** Forgets the functions whose callable is gone. The core would say so on any thread, and JavaScript has one. */
function sweep(): void {
  for (const [key, callable] of callables) {
    if (core.rt_handle_class(callable.id) === null) {
      callables.delete(key);
    }
  }
  sweepAt = Math.max(64, 2 * callables.size);
}

export function makeCallable(signature: string, body: Callback): bigint {
  if (callables.size >= sweepAt) {
    sweep();
  }
  const key = nextKey++;
  const context = Deno.UnsafePointer.create(key);
  const id = core.rt_callable(
    cText(signature),
    entryCallback.pointer,
    context,
    null,
    0n,
  );
  if (id === 0n) {
    throw lastError();
  }
  callables.set(key, { id, body, signature: parseSignature(signature) });
  return id;
}

/** Gives a callable back that was made for one call: whoever keeps it has a share of its own. */
export function releaseCallable(id: bigint): void {
  check(core.rt_handle_free(id));
}
