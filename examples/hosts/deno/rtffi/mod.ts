// mod.ts - native libraries from Deno: plugins, their functions and objects.
//
//     import { open } from "./rtffi/mod.ts";
//     const torch = open("torch");
//     console.log(torch.torchtensor_sum(torch.tensor_ones([2, 3])));
import {
  type Bytes,
  check,
  core,
  cText,
  errorIn,
  lastError,
  newError,
  RtffiError,
  textAt,
} from "./core.ts";
import { makeCallable, releaseCallable } from "./callables.ts";
import { parseSignature, type Signature } from "./signature.ts";
import { type Argument, describe, read, valueSize, Writer } from "./values.ts";

export { RtffiError } from "./core.ts";
export { Handle, handleCount, Scope } from "./handle.ts";
export type { Argument } from "./values.ts";

/** Arguments by name, behind the others. */
export interface Options {
  [name: string]: Argument;
}

// What a function returns is known when it is called.
// deno-lint-ignore no-explicit-any
export type NativeFunction = (...args: (Argument | Options)[]) => any;

/** A plugin's functions, by their names or what follows rt_PLUGIN_ in them. */
export type Plugin = { readonly [name: string]: NativeFunction };

function isOptions(value: Argument | Options): value is Options {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

class Call {
  readonly #writer: Writer;
  readonly #callables: bigint[] = [];
  readonly #args: Bytes;
  readonly #names: BigUint64Array<ArrayBuffer>;
  #count = 0;
  #named = false;

  constructor(
    readonly record: Deno.PointerObject,
    readonly signature: Signature,
    room: number,
  ) {
    this.#args = new Uint8Array(valueSize * (room + 1));
    this.#names = new BigUint64Array(room + 1);
    this.#writer = new Writer((text, body) => {
      const callable = makeCallable(text, body);
      this.#callables.push(callable);
      return callable;
    });
  }

  fill(given: Argument[], options: Options): void {
    const { parameters, positional, variadic, name, text } = this.signature;
    if (variadic) {
      given.forEach((value) => this.#add(value));
      Object.entries(options).forEach(([option, value]) =>
        this.#add(value, option, true)
      );
      return;
    }
    if (given.length > positional) {
      throw new RtffiError(
        "RT_E_ARGUMENT",
        `${name}: takes ${positional} arguments, got ${given.length}; the function is \`${text}\``,
      );
    }
    parameters.forEach(({ name, type, hasDefault }, i) => {
      const value = i < given.length ? given[i] : options[name];
      const keywordOnly = i >= positional;
      if (value === undefined && (hasDefault || keywordOnly)) {
        this.#named = true; // what follows goes by name
      } else {
        this.#add(value, name, keywordOnly || this.#named, type);
      }
    });
    for (const [option, value] of Object.entries(options)) {
      const index = parameters.findIndex((parameter) =>
        parameter.name === option
      );
      if (index < 0 || index < given.length) {
        // The core says what is wrong.
        this.#add(value, option, true);
      }
    }
  }

  #add(
    value: Argument,
    name = "",
    byName = false,
    type?: Signature["result"],
  ): void {
    const at = new DataView(
      this.#args.buffer,
      valueSize * this.#count,
      valueSize,
    );
    if (!this.#writer.write(at, value, type)) {
      throw new RtffiError(
        "RT_E_TYPE",
        `${this.signature.name}: argument ${this.#count + 1} (${
          name || "?"
        }): ` +
          `expected ${type?.text ?? "any"}, got ${describe(value)}; ` +
          `the function is \`${this.signature.text}\``,
      );
    }
    if (byName) {
      this.#named = true;
      const text = cText(name);
      this.#writer.keep.push(text);
      this.#names[this.#count] = Deno.UnsafePointer.value(
        Deno.UnsafePointer.of(text),
      );
    }
    this.#count++;
  }

  run(): unknown {
    const result = new Uint8Array(valueSize);
    if (this.#named) {
      check(
        core.rt_call_named(
          this.record,
          this.#args,
          this.#names,
          BigInt(this.#count),
          result,
        ),
      );
    } else {
      const error = newError();
      if (
        core.rt_call_ex(
          this.record,
          this.#args,
          BigInt(this.#count),
          result,
          error,
        ) !== 0
      ) {
        const why = errorIn(error);
        core.rt_error_clear(error);
        throw why;
      }
    }
    const value = read(new DataView(result.buffer));
    core.rt_value_clear(Deno.UnsafePointer.of(result));
    return value;
  }

  [Symbol.dispose](): void {
    this.#callables.forEach(releaseCallable);
  }
}

function functionOf(record: Deno.PointerObject): NativeFunction {
  const signature = parseSignature(
    textAt(new Deno.UnsafePointerView(record).getPointer(32)),
  );
  return (...args) => {
    const last = args.at(-1);
    const options = isOptions(last) ? last : {};
    const given = (isOptions(last) ? args.slice(0, -1) : args) as Argument[];
    const room = Math.max(signature.parameters.length, given.length) +
      Object.keys(options).length;
    using call = new Call(record, signature, room);
    call.fill(given, options);
    return call.run();
  };
}

/** Finds a function by its name, or its signature, which is compared then; loads the plugin that has it where needed. */
export function bind(signature: string): NativeFunction {
  const name = cText(signature.replace(/\([^]*$/, "").trim());
  const text = signature.includes("(") ? cText(signature) : null;
  const out = new BigUint64Array(1);
  check(core.rt_bind(name, text, 0n, out));
  return functionOf(Deno.UnsafePointer.create(out[0])!);
}

/**
 * Opens a plugin by its name. `requireReal`: take no stub for it; `probe`: try it in a process of its own first. A function is looked
 * for when it is first used; objects have no methods: `torch.torchtensor_add(x, y)`.
 */
export function open(
  plugin: string,
  { requireReal = false, probe = false } = {},
): Plugin {
  const flags = (probe ? 1n << 16n : 0n) | (requireReal ? 1n << 17n : 0n);
  if (core.rt_dlopen(cText(plugin), flags) === 0n) {
    throw lastError();
  }
  const found = new Map<string, NativeFunction>();
  return new Proxy({} as Plugin, {
    get(_, name): NativeFunction | undefined {
      if (typeof name !== "string") {
        return undefined;
      }
      if (!found.has(name)) {
        const record = core.rt_lookup(cText(`rt_${plugin}_${name}`)) ??
          core.rt_lookup(cText(name));
        found.set(name, record === null ? bind(name) : functionOf(record));
      }
      return found.get(name);
    },
  });
}

/** Puts a folder at the front of those that plugins are looked for in. */
export function addSearchPath(folder: string): void {
  check(core.rt_search_path_add(cText(folder)));
}
