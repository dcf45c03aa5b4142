// handle.ts - objects of plugins.
import { check, core, lastError, textAt } from "./core.ts";

const forgotten = new FinalizationRegistry((id: bigint) =>
  void core.rt_handle_free(id)
);

/**
 * An object of a plugin. It is freed at the end of the block that it is declared in with `using`, by `free`, at the end of the scope
 * it was made in, or some time after the program has forgotten it.
 */
export class Handle {
  readonly className: string;

  /** Takes the handle over, or not: then it is good for as long as its owner has it. */
  constructor(readonly id: bigint, owned = true) {
    this.className = textAt(core.rt_handle_class(id));
    if (owned) {
      forgotten.register(this, id, this);
    }
  }

  /** The same object with a share of its own, which outlives the callback or the scope that this one is of. */
  clone(): Handle {
    const id = core.rt_handle_clone(this.id);
    if (id === 0n) {
      throw lastError();
    }
    return new Handle(id);
  }

  /** Frees the object. Using it afterwards is an error. */
  free(): void {
    forgotten.unregister(this);
    check(core.rt_handle_free(this.id));
  }

  /** As `free`, but once is enough. */
  [Symbol.dispose](): void {
    if (core.rt_handle_class(this.id) !== null) {
      this.free();
    }
  }

  toString(): string {
    return `${this.className} 0x${this.id.toString(16)}`;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** Frees what is made until it is disposed of, but for what was kept: `using scope = new Scope()`. */
export class Scope {
  #token = core.rt_scope_begin();

  constructor() {
    if (this.#token === 0n) {
      throw lastError();
    }
  }

  /** Has the object outlive the scope. */
  keep(handle: Handle): Handle {
    check(core.rt_scope_keep(handle.id));
    return handle;
  }

  [Symbol.dispose](): void {
    check(core.rt_scope_end(this.#token));
  }
}

/** How many objects are alive in the process. */
export function handleCount(): number {
  return Number(core.rt_handle_count());
}
