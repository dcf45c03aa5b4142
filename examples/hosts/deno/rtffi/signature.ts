// signature.ts - reads signatures, such as `sum(x: [f64], *, scale: f64 = 1) -> f64`.

export interface Type {
  kind: string; // i64, text, array, tuple, fn, handle, ...
  text: string;
  optional: boolean;
  writable: boolean;
  element?: Type;
}

export interface Parameter {
  name: string;
  type: Type;
  hasDefault: boolean;
}

export interface Signature {
  name: string;
  text: string;
  parameters: Parameter[];
  positional: number; // how many come before `*`
  variadic: boolean;
  result?: Type;
}

const plainTypes = new Set([
  "bool",
  "i32",
  "i64",
  "f64",
  "text",
  "bytes",
  "ptr",
  "any",
]);

function parseType(text: string): Type {
  if (text.startsWith("fn(")) { // a ? at the end may be the result's
    return { kind: "fn", text, optional: false, writable: false };
  }
  const optional = text.endsWith("?");
  const writable = text.startsWith("mut ");
  const inner = text.slice(writable ? 4 : 0, optional ? -1 : undefined).trim();
  const type = { text, optional, writable };
  if (inner.startsWith("[")) {
    return {
      ...type,
      kind: "array",
      element: parseType(inner.slice(1, -1).trim()),
    };
  }
  if (inner.startsWith("(")) {
    return { ...type, kind: "tuple" };
  }
  return { ...type, kind: plainTypes.has(inner) ? inner : "handle" };
}

/** The parts of a text between commas that stand in no bracket and no quotes. */
function split(list: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [piece] of list.matchAll(/"(?:\\.|[^"\\])*"|[^]/g)) {
    depth += "[(".includes(piece) ? 1 : "])".includes(piece) ? -1 : 0;
    if (piece === "," && depth === 0) {
      parts.push("");
    } else {
      parts[parts.length - 1] += piece;
    }
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function parseParameter(text: string): Parameter {
  const [, name, rest] = text.match(/^(?:(\w+)\s*:)?\s*([^]*)$/)!;
  const equals = rest.indexOf("=");
  const type = equals < 0 ? rest : rest.slice(0, equals);
  return {
    name: name ?? "",
    type: parseType(type.trim()),
    hasDefault: equals >= 0,
  };
}

/** Where the bracket that opens at `begin` closes. */
function closing(text: string, begin: number): number {
  let depth = 0;
  for (const match of text.slice(begin).matchAll(/"(?:\\.|[^"\\])*"|[()]/g)) {
    depth += match[0] === "(" ? 1 : match[0] === ")" ? -1 : 0;
    if (depth === 0) {
      return begin + match.index;
    }
  }
  return text.length;
}

export function parseSignature(text: string): Signature {
  const open = text.indexOf("(");
  const close = closing(text, open);
  const inner = text.slice(open + 1, close).trim();
  const parts = inner === "..." ? [] : split(inner);
  const star = parts.indexOf("*");
  const result = text.slice(close + 1).match(/^\s*->\s*([^]*)$/);
  return {
    name: text.slice(0, open).trim(),
    text,
    parameters: parts.filter((part) => part !== "*").map(parseParameter),
    positional: star < 0 ? parts.length : star,
    variadic: inner === "...",
    result: result ? parseType(result[1].trim()) : undefined,
  };
}
