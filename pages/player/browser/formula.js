// A line of an update rule as MathML, which browsers typeset by themselves. The line comes as nested lists
// (expressions.py): an operator's name, then what it works on. Text is set as text, never as markup.

import { printed } from "./printed.js";

const MATHS = "http://www.w3.org/1998/Math/MathML";
const SUM = 1, PRODUCT = 2, ATOM = 3;
const BINDING = { sum: SUM, difference: SUM, negative: SUM, product: PRODUCT, dot: PRODUCT };

export function make(name, ...children) {
  const made = document.createElementNS(MATHS, name);
  made.append(...children);
  return made;
}

// A formula by itself. Its letters and signs are those of mathematics in every language.
export function formula(...children) {
  const made = make("math", row(...children));
  made.setAttribute("lang", "en");
  return made;
}

const sign = (text) => make("mo", text);
const row = (...children) => make("mrow", ...children);
const bracketed = (inner) => row(sign("("), inner, sign(")"));

export function symbol({ letter, sub, sup, accent }) {
  let made = make(letter.length > 1 ? "mtext" : "mi", letter);
  if (accent) made = make("mover", made, sign(accent));
  if (accent) made.setAttribute("accent", "true");
  if (sub && sup) return make("msubsup", made, small(sub), small(sup));
  if (sub) return make("msub", made, small(sub));
  return sup ? make("msup", made, small(sup)) : made;
}

function small(text) {
  return make(text.length > 1 ? "mtext" : "mi", text);
}

export function number(value, digits) {
  if (!Number.isFinite(value)) return make("mtext", "–");
  const [mantissa, exponent] = printed(value, digits), minus = mantissa.startsWith("-");
  let made = make("mn", mantissa.replace("-", ""));
  if (exponent !== null) {
    const power = exponent < 0 ? row(sign("−"), make("mn", String(-exponent))) : make("mn", String(exponent));
    made = row(made, sign("×"), make("msup", make("mn", "10"), power));
  }
  return minus ? row(sign("−"), made) : made;
}

// `leaf(key, axis)` typesets a quantity; of an axis, or undefined for the one at hand.
// `loose(key, axis)` says whether it needs brackets: "minus", "factor" or nothing.
export function typeset(tree, leaf, loose) {
  const [name, ...parts] = tree;
  const set = (part) => typeset(part, leaf, loose);
  const held = (part, binding) => (needsBrackets(part, binding, loose) ? bracketed(set(part)) : set(part));
  switch (name) {
    case "quantity": return leaf(parts[0]);
    case "number": return number(parts[0], 12);
    case "sum": return row(set(parts[0]), sign("+"), held(parts[1], PRODUCT));
    case "difference": return row(set(parts[0]), sign("−"), held(parts[1], PRODUCT));
    case "negative": return row(sign("−"), held(parts[0], PRODUCT));
    case "product": return row(held(parts[0], PRODUCT), sign("·"), held(parts[1], PRODUCT));
    case "quotient": return make("mfrac", set(parts[0]), set(parts[1]));
    case "power": return raised(held(parts[0], ATOM), set(parts[1]));
    case "root": return make("msqrt", set(parts[0]));
    case "size": return row(sign("|"), set(parts[0]), sign("|"));
    case "largest": return called("max", parts.map(set));
    case "held": return called("clip", parts.map(set));
    case "dot": return dot(parts, leaf, loose);
    default: throw new Error(`no such operator: ${name}`);
  }
}

// An index and an exponent stand over one another.
function raised(base, exponent) {
  return base.localName === "msub" ? make("msubsup", ...base.children, exponent) : make("msup", base, exponent);
}

function called(name, parts) {
  const between = parts.flatMap((part, i) => (i ? [sign(","), part] : [part]));
  return row(make("mi", name), sign("("), ...between, sign(")"));
}

// With symbols a product of vectors, with numbers a sum over both axes.
function dot([[, left], [, right]], leaf, loose) {
  if (!loose) return row(make("msup", leaf(left), make("mi", "⊤")), leaf(right));
  const one = (key, axis) => (loose(key, axis) === "minus" ? bracketed(leaf(key, axis)) : leaf(key, axis));
  const term = (axis) => row(one(left, axis), sign("·"), one(right, axis));
  return bracketed(row(term(0), sign("+"), term(1)));
}

function needsBrackets(part, binding, loose) {
  const [name, ...inner] = part;
  if (name === "quantity") {
    const found = loose?.(inner[0]);
    return found === "minus" || (found === "factor" && binding === ATOM);
  }
  return (BINDING[name] ?? ATOM) < binding;
}
