// core.ts - librtffi.so, and errors as exceptions.

const symbols = {
  rt_dlopen: { parameters: ["buffer", "i64"], result: "i64" },
  rt_search_path_add: { parameters: ["buffer"], result: "i32" },
  rt_lookup: { parameters: ["buffer"], result: "pointer" },
  rt_bind: {
    parameters: ["buffer", "buffer", "i64", "buffer"],
    result: "i32",
  },
  rt_call_named: {
    parameters: ["pointer", "buffer", "buffer", "usize", "buffer"],
    result: "i32",
  },
  rt_call_ex: {
    parameters: ["pointer", "buffer", "usize", "buffer", "buffer"],
    result: "i32",
  },
  rt_value_clear: { parameters: ["pointer"], result: "void" },
  rt_last_error: { parameters: ["buffer"], result: "i32" },
  rt_error_clear: { parameters: ["buffer"], result: "void" },
  rt_status_name: { parameters: ["i32"], result: "pointer" },
  rt_callable: {
    parameters: ["buffer", "pointer", "pointer", "pointer", "u64"],
    result: "i64",
  },
  rt_fail: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  rt_handle_clone: { parameters: ["i64"], result: "i64" },
  rt_handle_free: { parameters: ["i64"], result: "i32" },
  rt_handle_class: { parameters: ["i64"], result: "pointer" },
  rt_handle_count: { parameters: [], result: "i64" },
  rt_scope_begin: { parameters: [], result: "i64" },
  rt_scope_keep: { parameters: ["i64"], result: "i32" },
  rt_scope_end: { parameters: ["i64"], result: "i32" },
} as const;

// Where only the runtime package is installed there is no librtffi.so.
function load() {
  try {
    return Deno.dlopen("librtffi.so", symbols).symbols;
  } catch (why) {
    try {
      return Deno.dlopen("librtffi.so.0", symbols).symbols;
    } catch {
      throw new Error(
        `librtffi.so cannot be loaded: ${(why as Error).message}; ` +
          "install rtffi, or add its folder to LD_LIBRARY_PATH",
      );
    }
  }
}

export const core = load();

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** UTF-8 with the NUL that C expects behind it: of a name or a path, of which C would see what is before a NUL. */
export function cText(text: string): Bytes {
  if (text.includes("\0")) {
    throw new RtffiError(
      "RT_E_ARGUMENT",
      `a name or a path cannot hold a NUL: ${JSON.stringify(text)}`,
    );
  }
  return encoder.encode(text + "\0");
}

export function textAt(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}

/** What a call that failed throws. Where a callback threw, `cause` is what it threw. */
export class RtffiError extends Error {
  override name = "RtffiError";
  constructor(
    /** "RT_E_TYPE", ... */
    readonly code: string,
    message: string,
    /** A word for programs, finer than the code; may be "". */
    readonly reason = "",
    /** The function that failed, or "". */
    readonly functionName = "",
    /** Its plugin, or "". */
    readonly plugin = "",
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** What a callback threw, until it comes out of the call that called it. */
export const thrown: { value?: unknown } = {};

const errorSize = 56; // of rt_error

export function newError(): Bytes {
  const memory = new Uint8Array(errorSize);
  new DataView(memory.buffer).setBigUint64(0, BigInt(errorSize), true);
  return memory;
}

/** The exception of an rt_error that the core filled in. */
export function errorIn(memory: Bytes): RtffiError {
  const view = new DataView(memory.buffer);
  const text = (offset: number) =>
    textAt(Deno.UnsafePointer.create(view.getBigUint64(offset, true)));
  const code = textAt(core.rt_status_name(view.getInt32(8, true)));
  const reason = text(40);
  const cause = reason === "js_error" ? thrown.value : undefined;
  thrown.value = undefined;
  return new RtffiError(code, text(16), reason, text(24), text(32), cause);
}

export function lastError(): RtffiError {
  const memory = newError();
  core.rt_last_error(memory);
  return errorIn(memory);
}

export function check(status: number): void {
  if (status !== 0) {
    throw lastError();
  }
}
