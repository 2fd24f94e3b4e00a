// The query page: completion, rows added and removed, queries run without leaving the page. All state stays in the address.

/** Shows what an address of the query page asks; on the page itself without leaving it. */
let askQuery = (address) => { location.href = address; };

const QUERY_OPERATORS = {
  "=": "value", "!=": "value", ">": "value", ">=": "value", "<": "value", "<=": "value",
  exists: "", "does-not-exist": "", in: "list", "not-in": "list",
  contains: "text", "does-not-contain": "text", "starts-with": "text", "does-not-start-with": "text",
  "ends-with": "text", "does-not-end-with": "text", matches: "text", "does-not-match": "text",
};
/** What is calculated, and of what: nothing, any column, or one with numbers. */
const QUERY_CALCULATIONS = {
  COUNT: "", CONCURRENCY: "", COUNT_DISTINCT: "any",
  HEATMAP: "number", AVG: "number", SUM: "number", MIN: "number", MAX: "number",
  P50: "number", P75: "number", P90: "number", P95: "number", P99: "number", P999: "number",
  P001: "number", P01: "number", P05: "number", P10: "number", P20: "number", P25: "number", P80: "number",
  RATE_AVG: "number", RATE_SUM: "number", RATE_MAX: "number",
};
const QUERY_RELATIONS = ["root.", "parent.", "any."];

/** What can be written at the end of a text: where that begins, and the choices with a note each. */
const querySuggestions = {
  fields: new Map(),

  async fieldsOf(of) {
    if (!this.fields.has(of)) {
      const response = await fetch(`/api/fields?of=${of}`);
      if (!response.ok) return [];
      this.fields.set(of, (await response.json()).fields);
    }
    return this.fields.get(of);
  },

  /** Those that contain what is typed, first those that begin with it, then those of which a part does; of equals the commonest. */
  ranked(fields, typed) {
    const wanted = typed.toLowerCase();
    const rank = (name) => {
      const at = name.toLowerCase().indexOf(wanted);
      return at < 0 ? -1 : at === 0 ? 3 : /[._@ -]/.test(name[at - 1]) ? 2 : 1;
    };
    return fields
      .map((field) => ({ field, rank: rank(field.name) }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => b.rank - a.rank || b.field.rows - a.field.rows || (a.field.name < b.field.name ? -1 : 1))
      .slice(0, 60)
      .map(({ field }) => field);
  },

  kindOf: (field) => (field.is_number && field.is_text ? "number, text" : field.is_number ? "number" : field.is_text ? "text" : "true, false"),

  quoted: (text) => `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t").replace(/[\x00-\x1f\x7f-\x9f]/g, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`)}"`,

  column(name) { return /[\s=!<>"\x00-\x1f\x7f-\x9f]/.test(name) ? this.quoted(name) : name; },

  value(value, takes) {
    if (typeof value !== "string") return String(value);
    const looksOtherwise = takes !== "text" && /^(true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]\d+)?)$/.test(value);
    const breaksList = takes === "list" && (/,/.test(value) || /^\(|\)$/.test(value));
    const isBare = value !== "" && value.trim() === value && !value.startsWith('"') && !/[\x00-\x1f\x7f-\x9f]/.test(value);
    return isBare && !looksOtherwise && !breaksList ? value : this.quoted(value);
  },

  /** Columns, also of related spans once one of their words is begun. */
  async columns(of, typed, write, isNumber) {
    const relation = of === "logs" ? undefined : QUERY_RELATIONS.find((one) => typed.startsWith(one));
    const fields = (await this.fieldsOf(of)).filter((field) => !isNumber || field.is_number);
    const found = this.ranked(fields, relation ? typed.slice(relation.length) : typed).map((field) => ({
      ...write((relation ?? "") + field.name), label: (relation ?? "") + field.name, note: this.kindOf(field),
    }));
    const related = relation || of === "logs" || !typed ? [] : QUERY_RELATIONS.filter((one) => one.startsWith(typed.toLowerCase()));
    return [...found, ...related.map((one) => ({ text: one, label: one, note: { "root.": "of the trace’s first span", "parent.": "of the parent span", "any.": "of any span of the trace" }[one], goesOn: true }))];
  },

  async v(text, of) {
    const call = text.match(/^\s*(\w+)\s*\(\s*(.*?)\)?$/s);
    const needs = call && QUERY_CALCULATIONS[call[1].toUpperCase()];
    if (call && needs) {
      const op = call[1].toUpperCase();
      return { from: 0, choices: await this.columns(of, call[2], (name) => ({ text: `${op}(${name})` }), needs === "number").then((all) => all.filter((one) => !one.goesOn)) };
    }
    const typed = text.trim().toUpperCase();
    const names = Object.keys(QUERY_CALCULATIONS).filter((name) => name.startsWith(typed) && (name !== typed || QUERY_CALCULATIONS[name]));
    return { from: 0, choices: names.map((name) => ({ text: QUERY_CALCULATIONS[name] ? `${name}(` : name, label: QUERY_CALCULATIONS[name] ? `${name}(…)` : name, goesOn: Boolean(QUERY_CALCULATIONS[name]) })) };
  },

  async by(text, of) {
    return { from: 0, choices: (await this.columns(of, text.trim(), (name) => ({ text: name }))).filter((one) => one.label !== text.trim()) };
  },

  async where(text, of, signal) {
    const column = text.match(/^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s=!<>"]+))(\s+|(?=[=!<>]))/);
    if (!column) {
      const typed = text.trim().replace(/^"/, "");
      return { from: 0, choices: await this.columns(of, typed, (name) => ({ text: `${this.column(name)} `, goesOn: true })) };
    }
    const name = column[1]?.replace(/\\(.)/g, "$1") ?? column[2];
    const from = column[0].length;
    const rest = text.slice(from);
    const names = Object.keys(QUERY_OPERATORS).sort((a, b) => b.length - a.length);
    const op = names.find((one) => rest.startsWith(one) && (/^[=!<>]/.test(one) ? true : /^\s/.test(rest.slice(one.length))));
    if (!op || (/^[=!<>]+$/.test(rest) && rest.length < 3 && names.some((one) => one !== rest && one.startsWith(rest)))) {
      const typed = rest.trim().toLowerCase();
      const fitting = Object.keys(QUERY_OPERATORS).filter((one) => one.startsWith(typed) || (typed && one.includes(typed)));
      return { from, choices: fitting.map((one) => ({ text: QUERY_OPERATORS[one] ? `${one} ` : one, label: one, goesOn: Boolean(QUERY_OPERATORS[one]) })) };
    }
    const takes = QUERY_OPERATORS[op];
    if (!takes || op.includes("match")) return { from, choices: [] };
    // Of a list, the value behind the last comma outside quotes.
    const begun = rest.slice(op.length);
    let last = 0;
    if (takes === "list") for (const comma of begun.matchAll(/"(?:[^"\\]|\\.)*"|,/g)) if (comma[0] === ",") last = comma.index + 1;
    const space = begun.slice(last).match(/^\s*/)[0].length;
    const start = from + op.length + last + space;
    const typed = text.slice(start).replace(/^"/, "");
    const relation = of === "logs" ? undefined : QUERY_RELATIONS.find((one) => name.startsWith(one));
    const query = new URLSearchParams({ of, field: relation ? name.slice(relation.length) : name, prefix: typed, limit: "30" });
    const response = await fetch(`/api/values?${query}`, { signal });
    if (!response.ok) return { from: start, choices: [] };
    const found = (await response.json()).values.filter(({ value }) => String(value) !== typed);
    const before = start > from + op.length ? "" : " ";
    return { from: start, choices: found.map(({ value, rows }) => ({ text: before + this.value(value, takes), label: String(value), note: rows.toLocaleString("en") })) };
  },

  calculations() {
    const typed = $$("input[name=v]").map((one) => one.value.trim()).filter((one) => one && !/^heatmap/i.test(one));
    return [...new Set(typed.length ? typed : ["COUNT"])];
  },

  async having(text) {
    const call = this.calculations().find((one) => text.trimStart().startsWith(`${one} `));
    if (!call) return { from: 0, choices: this.calculations().filter((one) => one.toLowerCase().startsWith(text.trim().toLowerCase())).map((one) => ({ text: `${one} `, label: one, goesOn: true })) };
    const from = text.indexOf(call) + call.length + 1;
    const rest = text.slice(from).trim();
    if (/^[=!<>]+\s*\S/.test(rest) && !/^[=!<>]+$/.test(rest)) return { from, choices: [] };
    return { from, choices: ["=", "!=", ">", ">=", "<", "<="].filter((one) => one.startsWith(rest) && one !== rest).map((one) => ({ text: `${one} `, label: one })) };
  },

  async order(text) {
    const columns = $$("input[name=by]").map((one) => one.value.trim()).filter(Boolean);
    const all = [...this.calculations(), ...columns].flatMap((one) => [`${one} desc`, `${one} asc`]);
    return { from: 0, choices: all.filter((one) => one.toLowerCase().includes(text.trim().toLowerCase()) && one !== text.trim()).map((one) => ({ text: one })) };
  },
};

/** A list of choices under the field that is typed in: arrows choose, Enter takes, Escape closes. */
function queryCompletion(form) {
  const list = document.createElement("ul");
  list.id = "choices";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  let input = null;
  let active = -1;
  let choices = [];
  let from = 0;
  let asking = null;

  const completed = (element) => element?.matches?.(".query-row input");

  function close() {
    asking?.abort();
    asking = null;
    list.remove();
    input?.setAttribute("aria-expanded", "false");
    input?.removeAttribute("aria-activedescendant");
    input = null;
    active = -1;
  }

  function mark(next) {
    active = next;
    for (const [index, item] of [...list.children].entries()) item.setAttribute("aria-selected", index === active);
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `choice-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  }

  async function open(element) {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    // What stands behind the caret stays as it is.
    if (element.selectionStart !== element.value.length) return close();
    const of = $("#fields").dataset.of;
    const found = await querySuggestions[element.name](element.value, of, mine.signal).catch(() => null);
    if (asking !== mine || document.activeElement !== element) return;
    if (!found?.choices.length) return close();
    if (input && input !== element) close();
    [input, choices, from, active] = [element, found.choices, found.from, -1];
    list.replaceChildren(...choices.map((choice, index) => {
      const item = document.createElement("li");
      item.id = `choice-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const label = document.createElement("bdi");
      label.textContent = (choice.label ?? choice.text).slice(0, 200);
      item.append(label);
      if (choice.note) {
        const note = document.createElement("span");
        note.className = "soft";
        note.textContent = choice.note;
        item.append(note);
      }
      return item;
    }));
    element.parentElement.append(list);
    list.scrollTop = 0;
    element.setAttribute("aria-expanded", "true");
    element.removeAttribute("aria-activedescendant");
  }

  function take(index) {
    const [field, choice] = [input, choices[index]];
    field.value = field.value.slice(0, from) + choice.text;
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (!choice.goesOn) close();
  }

  form.addEventListener("input", (event) => { if (completed(event.target)) open(event.target); });
  form.addEventListener("click", (event) => { if (completed(event.target)) open(event.target); });
  form.addEventListener("focusout", (event) => { if (completed(event.target) && event.relatedTarget !== input) close(); });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) take([...list.children].indexOf(item));
  });
  form.addEventListener("keydown", (event) => {
    if (!completed(event.target) || event.isComposing) return;
    const isOpen = input === event.target;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return void open(event.target);
      const count = choices.length + 1;
      mark((active + 1 + (event.key === "ArrowDown" ? 1 : count - 1)) % count - 1);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    } else if (isOpen && active >= 0 && (event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      if (event.key === "Enter") event.preventDefault();
      take(active);
    } else if (event.key === "Enter") close();
  });
  return { close };
}

function queryPage() {
  const form = $("#ask");
  const asking = asker("query");
  const completion = queryCompletion(form);

  /** What the form asks, without what is empty or usual. */
  function asked() {
    const query = new URLSearchParams();
    for (const [key, value] of new FormData(form)) {
      const text = String(value).trim();
      if (text && !(key === "match" && text === "all") && !(key === "of" && text === "spans")) query.append(key, text);
    }
    if (query.has("from") || query.has("to")) query.delete("range");
    return query;
  }

  /** Fields that came from the server, made ready: completed by the script, with buttons. */
  function prepare() {
    for (const button of $$("[data-remove]", form)) button.hidden = false;
    for (const input of $$(".query-row input", form)) {
      input.removeAttribute("list");
      for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-expanded", "false"], ["aria-controls", "choices"]]) input.setAttribute(name, value);
    }
  }

  function run(query) {
    completion.close();
    const typed = asked().toString();
    return asking.ask(query, (content) => {
      querySuggestions.fields.clear();
      // What was typed meanwhile stays.
      if (asked().toString() !== typed) $("#fields", content)?.remove();
      const at = document.activeElement;
      const [id, start] = [at?.id, at?.selectionStart];
      const isSaving = $("#save").contains(at);
      if (isSaving) $("#save", content)?.remove();
      place(content);
      prepare();
      if (id && !isSaving && document.activeElement !== at) {
        const again = document.getElementById(id);
        again?.focus({ preventScroll: true });
        if (start != null) again?.setSelectionRange?.(start, start);
      }
      history.replaceState(null, "", $("#save [name=query]").value);
      const wrong = $("[aria-invalid=true]", form);
      if (wrong) { wrong.focus(); return "Nothing was asked."; }
      if ($("#samples").open) $("#samples").open = false;
      return "Answered.";
    });
  }

  askQuery = (address) => {
    const url = new URL(address, location.href);
    if (url.search !== location.search) history.pushState(null, "", url.pathname + url.search);
    // A link says all that is asked; what was typed and not run is left.
    return run(url.searchParams);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = asked();
    askQuery(`/query${query.size ? "?" : ""}${query}`);
  });
  addEventListener("popstate", () => run(new URLSearchParams(location.search)));

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
    // An empty row goes when it is erased once more.
    const row = event.target.closest?.(".query-row");
    if (event.key === "Backspace" && row && event.target.value === "" && row.nextElementSibling && row.parentElement.children.length > 1) {
      event.preventDefault();
      remove(row);
    }
  });
  form.addEventListener("change", (event) => { if (event.target.name === "of") form.requestSubmit(); });

  function number(rows) {
    const key = rows.closest("[data-part]").dataset.part;
    for (const [index, row] of [...rows.children].entries()) {
      const input = $("input", row);
      const button = $("[data-remove]", row);
      input.id = `${key}-${index}`;
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, index + 1));
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+$/, index + 1));
    }
  }

  function remove(row) {
    const rows = row.parentElement;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    completion.close();
    if (!row.nextElementSibling) $("input", row).value = "";
    else { row.remove(); number(rows); }
    $("input", next ?? row).focus();
  }

  // There is always one empty row.
  form.addEventListener("input", (event) => {
    const row = event.target.closest(".query-row");
    if (!row) return;
    event.target.removeAttribute("aria-invalid");
    if (row.nextElementSibling || !event.target.value.trim()) return;
    const fresh = row.cloneNode(true);
    for (const extra of $$(":scope > :not(.query-input), [role=listbox]", fresh)) extra.remove();
    const input = $("input", fresh);
    input.value = "";
    input.removeAttribute("value");
    input.setAttribute("aria-expanded", "false");
    for (const name of ["placeholder", "aria-describedby", "aria-activedescendant"]) input.removeAttribute(name);
    row.after(fresh);
    number(row.parentElement);
  });

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const button = event.target.closest?.("[data-remove]");
    if (button) return remove(button.closest(".query-row"));
    const link = event.target.closest?.("a");
    if (!link || link.pathname !== "/query" || link.origin !== location.origin || !main.contains(link)) return;
    event.preventDefault();
    if ("range" in link.dataset) {
      // What was typed since goes along.
      $("#f-range").value = link.dataset.range;
      $("#f-from").value = $("#f-to").value = "";
      form.requestSubmit();
    } else askQuery(link.href);
  });

  const menu = () => $("#save");
  document.addEventListener("click", (event) => {
    for (const open of $$("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (open) { event.preventDefault(); open.open = false; $("summary", open).focus(); }
  }, true);
  document.addEventListener("toggle", (event) => { if (event.target === menu() && menu().open) $("#save-name").focus(); }, true);

  prepare();
  // A name that was refused, and a saved query that the address leads to, are shown.
  if (location.hash.startsWith("#saved")) $("#saved").open = true;
  keys((event) => event.key === "Escape" && asking.stop());
  // The answer stays that of its moment; only the line at the foot is kept up to date.
  followStatus();
}
