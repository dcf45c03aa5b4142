// The plugin `values`, whose functions say what they were given.
import {
  addSearchPath,
  bind,
  Handle,
  handleCount,
  open,
  Scope,
} from "../../../examples/hosts/deno/rtffi/mod.ts";
import { equal, leftBy, throws } from "./check.ts";

const values = open("values");

Deno.test("numbers, booleans and texts go in and come out", () => {
  equal(values.v_negate(true), false);
  equal(values.v_next_i32(41), 42);
  equal(values.v_minus(5, 7n), -2);
  equal(values.v_minus(2n ** 63n - 1n, 0), 2n ** 63n - 1n);
  equal(values.v_half(3), 1.5);
  equal(values.v_half(3n), 1.5);
  equal(values.v_twice("a\0b ö"), "a\0b öa\0b ö");
  equal(values.v_length(""), 0);
});

Deno.test("a text keeps a byte order mark", () => {
  equal(values.v_twice("\uFEFFa"), "\uFEFFa\uFEFFa");
  equal(values.v_split("\uFEFFa b"), ["\uFEFFa", "b"]);
});

Deno.test("an integer in a list is that of C, or an error", () => {
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  equal(values.v_reversed([least, most]), [most, least]);
  const refused = (text: string, call: () => unknown) =>
    throws(
      "RT_E_TYPE",
      `${text} with an integer of more than 64 bits`,
      call,
    );
  refused("Array", () => values.v_reversed([1, 2n ** 64n + 5n]));
  refused("Array", () => values.v_reversed([least - 1n]));
  refused("Array", () => values.v_tag_of([most + 1n]));
  refused("Array", () => values.v_tag_of([most + 1n, 0.5]));
  refused("Array", () => values.v_tag_of(["a", [most + 1n]]));
  refused("a bigint", () => values.v_tag_of(most + 1n));
  refused("Array", () => values.v_apply(() => [most + 1n], 1));
  equal(values.v_scaled([2n ** 64n], 1), Float64Array.of(2 ** 64));
});

Deno.test("a name or a path with a NUL is an error", () => {
  const refused = (call: () => unknown) =>
    throws("RT_E_ARGUMENT", 'a name or a path cannot hold a NUL: "', call);
  refused(() => open("values\0x"));
  refused(() => values["v_half\0x"]);
  refused(() => bind("v_half\0x"));
  refused(() => bind("v_half(x: f64) -> f64\0x"));
  refused(() => addSearchPath("/\0x"));
  refused(() => values.v_unbox_or(null, { "otherwise\0x": 1 }));
  throws("RT_E_CALLEE", "a\\0b", () =>
    values.v_apply(() => {
      throw new Error("a\0b");
    }, 1));
});

Deno.test("a list is an array or a typed array", () => {
  equal(values.v_reversed([1, 2n, 3]), [3, 2, 1]);
  equal(values.v_reversed([]), []);
  equal(values.v_reversed(BigInt64Array.of(1n, 2n)), [2, 1]);
  equal(values.v_scaled([1, 2.5], 2), Float64Array.of(2, 5));
  equal(
    values.v_scaled(new Float64Array([9, 1, 2]).subarray(1), 3),
    Float64Array.of(3, 6),
  );
  equal(values.v_count_true([true, false, true]), 2);
  equal(values.v_count_values([1, "two", [null]]), 3);
  equal(values.v_count_texts(["a", "b"]), 2);
  equal(values.v_split("two words"), ["two", "words"]);
  equal(
    values.v_reversed_bytes(Uint8Array.of(0, 1, 255)),
    Uint8Array.of(255, 1, 0),
  );
  equal(values.v_reversed_bytes("ab"), Uint8Array.of(98, 97));
});

Deno.test("a function fills a typed array", () => {
  const whole = new BigInt64Array(3);
  const numbers = new Float64Array(3);
  const bytes = new Float32Array(1);
  values.v_fill_i64(whole, 5);
  values.v_fill_f64(numbers.subarray(1), 0.5);
  values.v_fill_bytes(bytes, 0x40);
  equal(whole, BigInt64Array.of(5n, 6n, 7n));
  equal(numbers, Float64Array.of(0, 0.5, 0.5));
  equal(bytes[0], 3.0039215087890625); // 0x40404040
  throws(
    "RT_E_TYPE",
    "argument 1 (out): expected mut [i64], got Array",
    () => values.v_fill_i64([1, 2], 5),
  );
  throws(
    "RT_E_TYPE",
    "argument 1 (out): expected mut [i64], got Int32Array",
    () => values.v_fill_i64(new Int32Array(2), 5),
  );
});

Deno.test("objects, optional arguments and several results", () => {
  using scope = new Scope();
  const box: Handle = values.v_box(3);
  equal([box.className, values.v_unbox(box)], ["ValuesBox", 3]);
  equal(values.v_box_positive(-1), null);
  equal([
    values.v_unbox_or(null),
    values.v_unbox_or(null, 6),
    values.v_unbox_or(null, { otherwise: 5 }),
  ], [-1, 6, 5]);
  equal(values.v_sum_boxes([box, box, values.v_box(1)]), 7);
  equal(values.v_unbox(values.v_boxes(3)[2]), 20);
  equal([values.v_half_or_none(null), values.v_half_or_none(5)], [null, 2.5]);
  const [whole, number, text, boxed] = values.v_four(7);
  equal([whole, number, text, values.v_unbox(boxed)], [7, 3.5, "7", 7]);
  scope.keep(box).free();
});

Deno.test("any takes what JavaScript has", () => {
  using _scope = new Scope();
  const forms = [
    null,
    true,
    1,
    1.5,
    values.v_box(1),
    Deno.UnsafePointer.create(8n),
    "text",
    Uint8Array.of(1),
  ];
  equal(forms.map((form) => values.v_tag_of(form)), [0, 1, 2, 3, 4, 5, 6, 7]);
  const lists = [[1, 2n], [1, 2.5], [true], [values.v_box(1)], [1, "x"]];
  equal(lists.map((list) => values.v_tag_of(list)), [8, 9, 10, 11, 12]);
  equal(values.v_same([1, [2, "x"], null]), [1, [2, "x"], null]);
});

Deno.test("a function is called back, and what it throws comes out again", () => {
  equal(values.v_apply((x: number) => x * x, 3), 9);
  const mine = new Error("mine");
  const why = throws("RT_E_CALLEE", "mine", () =>
    values.v_apply(() => {
      throw mine;
    }, 1));
  equal([why.reason, why.cause === mine, why.functionName], [
    "js_error",
    true,
    "v_apply",
  ]);
  throws(
    "RT_E_TYPE",
    "expected i64",
    () => values.v_apply(() => values.v_minus("a", 1), 1),
  );
  throws(
    "RT_E_TYPE",
    "a function cannot be the result",
    () => values.v_apply(() => equal, 1),
  );
  const down = (x: number): number =>
    x > 0 ? values.v_apply(down, x - 1) + 1 : 0;
  equal(down(20), 20);
});

Deno.test("nothing of callbacks stays", () => {
  equal(
    leftBy(() => {
      for (let i = 0; i < 500; i++) {
        values.v_apply((x: number) => values.v_unbox(values.v_box(x)), i);
      }
    }),
    0,
  );
});

Deno.test("wrong arguments are errors that say what was expected", () => {
  throws(
    "RT_E_TYPE",
    "argument 1 (a): expected i64, got a double",
    () => values.v_minus(2.5, 1),
  );
  throws(
    "RT_E_TYPE",
    "argument 1 (a): expected i64, got a text",
    () => values.v_minus("2", 1),
  );
  throws(
    "RT_E_TYPE",
    "argument 2 (b): expected i64, got none",
    () => values.v_minus(2),
  );
  throws(
    "RT_E_ARGUMENT",
    "takes 2 arguments, got 3",
    () => values.v_minus(1, 2, 3),
  );
  throws(
    "RT_E_TYPE",
    "argument 1 (a): expected i64, got a function",
    () => values.v_minus(() => 1, 1),
  );
  throws(
    "RT_E_TYPE",
    "argument 1 (a): expected i64, got a bigint",
    () => values.v_minus(2n ** 63n, 1),
  );
  throws(
    "RT_E_ARGUMENT",
    "othrwise",
    () => values.v_unbox_or(null, { othrwise: 1 }),
  );
  throws(
    "RT_E_ARGUMENT",
    "otherwise",
    () => values.v_unbox_or(null, 1, { otherwise: 1 }),
  );
  throws("RT_E_NOT_FOUND", "v_nothing", () => values.v_nothing(1));
  throws("RT_E_NOT_FOUND", "nosuchplugin", () => open("nosuchplugin"));
  throws(
    "RT_E_SIGNATURE",
    "v_half(x: f64)",
    () => bind("v_half(x: i64) -> f64"),
  );
  equal(bind("v_half(x: f64) -> f64")(5), 2.5);
});

Deno.test("a freed object is an error, never a crash", () => {
  const box: Handle = values.v_box(1);
  box.free();
  throws("RT_E_HANDLE", "was freed", () => values.v_unbox(box));
  throws("RT_E_HANDLE", "was freed", () => box.free());
  box[Symbol.dispose]();
});

Deno.test("using frees an object, a scope all but what was kept", () => {
  equal(
    leftBy(() => {
      using box: Handle = values.v_box(1);
      equal(values.v_unbox(box), 1);
    }),
    0,
  );
  const before = handleCount();
  const kept = (() => {
    using scope = new Scope();
    values.v_boxes(10);
    return [scope.keep(values.v_box(40)), values.v_box(2).clone()];
  })();
  equal(handleCount() - before, 2);
  equal(values.v_unbox(kept[0]) + values.v_unbox(kept[1]), 42);
  kept.forEach((box) => box.free());
});

Deno.test("objects that the program has forgotten are freed", async () => {
  const before = handleCount();
  (() => {
    for (let i = 0; i < 100; i++) {
      values.v_box(i);
    }
  })();
  const collect = (globalThis as { gc?: () => void }).gc!;
  for (let i = 0; i < 100 && handleCount() > before; i++) {
    collect();
    await new Promise((done) => setTimeout(done, 1));
  }
  equal(handleCount(), before);
});
