// values.ts - values between JavaScript and C: rt_value is 24 bytes, type, flags, size, payload.
import type { Bytes } from "./core.ts";
import { Handle } from "./handle.ts";
import type { Type } from "./signature.ts";

export type Callback = (...args: never[]) => unknown;

/** What a function can be given. A list may be a typed array, of which nothing is copied. */
export type Argument =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Handle
  | Deno.PointerObject
  | ArrayBufferView<ArrayBuffer>
  | Callback
  | readonly Argument[];

export const valueSize = 24;
export const tags = {
  none: 0,
  bool: 1,
  integer: 2,
  double: 3,
  handle: 4,
  pointer: 5,
  text: 6,
  bytes: 7,
  i64s: 8,
  f64s: 9,
  bools: 10,
  handles: 11,
  values: 12,
};
const mutable = 2; // a flag

/** Whether an integer is larger than C's. */
function isTooLarge(value: Argument): boolean {
  return typeof value === "bigint" && BigInt.asIntN(64, value) !== value;
}

function holdsTooLarge(value: Argument): boolean {
  return isTooLarge(value) ||
    Array.isArray(value) && value.some(holdsTooLarge);
}

/** What a value is, for messages. */
export function describe(value: Argument): string {
  const what = typeof value === "object" && value !== null
    ? value.constructor?.name ?? "a pointer"
    : `a ${typeof value}`;
  return holdsTooLarge(value)
    ? `${what} with an integer of more than 64 bits`
    : what;
}

/** How many bytes an element of each kind of memory has. */
export function itemSize(tag: number): number {
  return tag === tags.values
    ? valueSize
    : [tags.text, tags.bytes, tags.bools].includes(tag)
    ? 1
    : 8;
}

/** Fills one rt_value. What it points to is kept alive by `keep`, for as long as that is used. */
export class Writer {
  readonly keep: unknown[] = [];

  constructor(
    readonly makeCallable: (signature: string, body: Callback) => bigint,
  ) {}

  /** Whether the value has a form that C can read; whether it is of the type, the function says that it is for. */
  write(at: DataView, value: Argument, type?: Type): boolean {
    if (type?.writable) {
      return ArrayBuffer.isView(value) && this.#buffer(at, value, type);
    }
    if (
      type?.kind === "f64" &&
      (typeof value === "number" || typeof value === "bigint")
    ) {
      return this.#number(at, Number(value));
    }
    if (type?.kind === "bytes" && typeof value === "string") {
      return this.#memory(at, tags.bytes, new TextEncoder().encode(value));
    }
    if (typeof value === "function") {
      return type?.kind === "fn" &&
        this.#scalar(at, tags.handle, this.makeCallable(type.text, value));
    }
    if (Array.isArray(value)) {
      return this.#list(at, value, type);
    }
    return this.#any(
      at,
      value as Exclude<Argument, Callback | readonly Argument[]>,
      type,
    );
  }

  #any(
    at: DataView,
    value: Exclude<Argument, Callback | readonly Argument[]>,
    type?: Type,
  ): boolean {
    switch (typeof value) {
      case "undefined":
        return this.#scalar(at, tags.none, 0n);
      case "boolean":
        return this.#scalar(at, tags.bool, value ? 1n : 0n);
      case "bigint":
        return !isTooLarge(value) &&
          this.#scalar(at, tags.integer, value);
      case "number":
        return Number.isSafeInteger(value)
          ? this.#scalar(at, tags.integer, BigInt(value))
          : this.#number(at, value);
      case "string":
        return this.#memory(at, tags.text, new TextEncoder().encode(value));
    }
    if (value === null) {
      return this.#scalar(at, tags.none, 0n);
    }
    if (value instanceof Handle) {
      return this.#scalar(at, tags.handle, value.id);
    }
    if (ArrayBuffer.isView(value)) {
      return this.#buffer(at, value, type);
    }
    const pointer = Object.getPrototypeOf(value) === null; // Deno's pointers have no prototype
    return pointer &&
      this.#scalar(at, tags.pointer, Deno.UnsafePointer.value(value));
  }

  #scalar(at: DataView, tag: number, payload: bigint): boolean {
    at.setUint32(0, tag, true);
    at.setBigInt64(16, payload, true);
    return true;
  }

  #number(at: DataView, value: number): boolean {
    at.setUint32(0, tags.double, true);
    at.setFloat64(16, value, true);
    return true;
  }

  #memory(
    at: DataView,
    tag: number,
    view: ArrayBufferView<ArrayBuffer>,
    flags = 0,
  ): boolean {
    this.keep.push(view);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    at.setUint32(0, tag, true);
    at.setUint32(4, flags, true);
    at.setBigUint64(8, BigInt(view.byteLength / itemSize(tag)), true);
    at.setBigUint64(
      16,
      Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)),
      true,
    );
    return true;
  }

  #buffer(
    at: DataView,
    view: ArrayBufferView<ArrayBuffer>,
    type?: Type,
  ): boolean {
    const flags = type?.writable ? mutable : 0;
    if (type?.kind === "bytes") {
      return this.#memory(at, tags.bytes, view, flags);
    }
    if (view instanceof Float64Array) {
      return this.#memory(at, tags.f64s, view, flags);
    }
    if (view instanceof BigInt64Array) {
      return this.#memory(at, tags.i64s, view, flags);
    }
    return !type?.writable && this.#memory(at, tags.bytes, view);
  }

  // An array of numbers, booleans or objects where all elements are of that kind, else one of values.
  #list(at: DataView, list: readonly Argument[], type?: Type): boolean {
    const element = type?.element;
    const kind = element?.optional && element.kind !== "handle"
      ? "any"
      : element?.kind;
    const all = (test: (item: Argument) => boolean) => list.every(test);
    const wanted = (one: string) =>
      kind === undefined || kind === "any"
        ? type?.kind !== "array"
        : kind === one;
    const whole = (item: Argument) =>
      typeof item === "bigint" || Number.isSafeInteger(item);
    if (element?.kind !== "f64" && list.some(isTooLarge)) {
      return false;
    }
    const none = (item: Argument) => item === null || item === undefined;
    if (wanted("i64") && all(whole)) {
      const items = list.map((item) => BigInt(item as number | bigint));
      return this.#memory(at, tags.i64s, BigInt64Array.from(items));
    }
    if (
      wanted("f64") &&
      all((item) => typeof item === "number" || typeof item === "bigint")
    ) {
      return this.#memory(at, tags.f64s, Float64Array.from(list.map(Number)));
    }
    if (wanted("bool") && all((item) => typeof item === "boolean")) {
      return this.#memory(at, tags.bools, Uint8Array.from(list.map(Number)));
    }
    const optional = element?.optional === true;
    if (
      wanted("handle") &&
      all((item) => item instanceof Handle || (optional && none(item)))
    ) {
      const ids = list.map((item) => item instanceof Handle ? item.id : 0n);
      return this.#memory(at, tags.handles, BigInt64Array.from(ids));
    }
    return this.#values(at, list, element);
  }

  #values(at: DataView, list: readonly Argument[], element?: Type): boolean {
    const memory = new Uint8Array(list.length * valueSize);
    return this.#memory(at, tags.values, memory) &&
      list.every((item, i) =>
        this.write(
          new DataView(memory.buffer, i * valueSize, valueSize),
          item,
          element,
        )
      );
  }
}

function integer(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function handleOf(id: bigint, owned: boolean): Handle | null {
  return id === 0n ? null : new Handle(id, owned);
}

/**
 * The JavaScript value of an rt_value, whose handles are taken over, or (`owned` is false) stay the caller's. Whole numbers that a
 * number cannot hold are bigints.
 */
export function read(value: DataView, owned = true): unknown {
  const tag = value.getUint32(0, true);
  const payload = value.getBigInt64(16, true);
  switch (tag) {
    case tags.none:
      return null;
    case tags.bool:
      return payload !== 0n;
    case tags.integer:
      return integer(payload);
    case tags.double:
      return value.getFloat64(16, true);
    case tags.handle:
      return handleOf(payload, owned);
    case tags.pointer:
      return Deno.UnsafePointer.create(payload);
  }
  const size = Number(value.getBigUint64(8, true));
  return readMemory(tag, copyOf(payload, size * itemSize(tag)), size, owned);
}

function copyOf(address: bigint, length: number): Bytes {
  const copy = new Uint8Array(length);
  const pointer = Deno.UnsafePointer.create(address);
  if (pointer !== null && length > 0) {
    Deno.UnsafePointerView.copyInto(pointer, copy);
  }
  return copy;
}

function readMemory(
  tag: number,
  memory: Bytes,
  size: number,
  owned: boolean,
): unknown {
  switch (tag) {
    case tags.text:
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(memory);
    case tags.bytes:
      return memory;
    case tags.f64s:
      return new Float64Array(memory.buffer);
    case tags.bools:
      return Array.from(memory, (item) => item !== 0);
    case tags.i64s:
      return Array.from(new BigInt64Array(memory.buffer), integer);
    case tags.handles:
      return Array.from(
        new BigInt64Array(memory.buffer),
        (id) => handleOf(id, owned),
      );
  }
  return Array.from(
    { length: size },
    (_, i) =>
      read(new DataView(memory.buffer, i * valueSize, valueSize), owned),
  );
}
