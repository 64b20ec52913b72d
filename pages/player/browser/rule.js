// The lines of an update rule with symbols, beside them the same with the numbers of a step, and all its quantities.

import { formula, make, number, symbol, typeset } from "./formula.js";
import { element } from "./elements.js";
import { printed } from "./printed.js";

const AXES = ["x", "y"];

export class Rule {
  constructor(run) {
    this.run = run;
    const { words } = run;
    this.element = element("div", "dh-rule");
    this.element.append(element("p", "dh-rule-title", words.rule), element("p", "dh-rule-title", words.numbers));
    const rows = run.lines.map((line, at) => this.line(line, at));
    this.rows = [...rows.filter(({ aside }) => !aside), ...rows.filter(({ aside }) => aside)];
    this.beside = element("p", "dh-rule-title dh-rule-beside", words.beside);
    for (const { aside, symbols, numbers } of this.rows) {
      if (aside && !this.beside.parentNode) this.element.append(this.beside);
      this.element.append(symbols, numbers);
    }
    this.build(words);
  }

  line({ quantity, tree, aside }, line) {
    const { named } = this.run, { title, symbol: sign } = named.get(quantity);
    const left = symbol(sign), right = typeset(tree, (key) => symbol(named.get(key).symbol));
    const symbols = element("div", "dh-rule-symbols", formula(left, make("mo", "="), right), element("span", "dh-rule-name", title));
    const numbers = element("div", "dh-rule-numbers");
    numbers.dataset.quantity = quantity;
    return { line, quantity, tree, aside, symbols, numbers };
  }

  build(words) {
    const { run } = this, head = element("tr", ""), body = element("tbody", "");
    for (const word of [words.quantity, words.symbol, ...AXES]) head.append(element("th", "", word));
    this.cells = run.quantities.map(({ key, title, symbol: sign, axes }) => {
      const row = element("tr", "", element("td", "", title), element("td", "", formula(symbol(sign))));
      const cells = Array.from({ length: axes }, () => element("td", "dh-inside-number"));
      if (axes === 1) cells[0].colSpan = 2;
      row.append(...cells);
      body.append(row);
      return { key, cells };
    });
    const table = element("table", "", element("thead", "", head), body);
    this.table = element("details", "dh-inside-all", element("summary", "", words.all), element("div", "dh-inside-scroll", table));
    this.table.addEventListener("toggle", () => this.fillTable());
  }

  frame(at) {
    this.at = at;
    let besides = false;
    for (const row of this.rows) {
      const holds = this.run.holds(row.line, at);
      row.symbols.hidden = row.numbers.hidden = !holds;
      besides ||= holds && row.aside;
      if (holds) row.numbers.replaceChildren(...this.numbers(row, at));
    }
    this.beside.hidden = !besides;
    this.fillTable();
  }

  // Of the table only what is open is written.
  fillTable() {
    if (!this.table.open || this.at === undefined) return;
    for (const { key, cells } of this.cells) {
      cells.forEach((cell, axis) => cell.replaceChildren(formula(this.number(key, axis))));
    }
  }

  number(key, axis) {
    return number(this.run.number(key, this.at, axis), this.run.named.get(key).digits);
  }

  numbers({ quantity, tree }, at) {
    const { run } = this, { axes } = run.named.get(quantity);
    return Array.from({ length: axes }, (_, axis) => {
      const leaf = (key, of = axis) => this.number(key, of);
      const loose = (key, of = axis) => {
        const value = run.number(key, at, of), [mantissa, exponent] = printed(value, run.named.get(key).digits);
        return mantissa.startsWith("-") ? "minus" : exponent === null ? "" : "factor";
      };
      const tag = element("span", "dh-rule-axis", axes === 1 ? "" : AXES[axis]);
      if (axes === 1) tag.title = run.words.both_axes;
      return element("div", "dh-rule-line", tag, formula(leaf(quantity), make("mo", "="), typeset(tree, leaf, loose)));
    });
  }
}
