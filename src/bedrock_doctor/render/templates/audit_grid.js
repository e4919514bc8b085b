// The grid: only the rows in sight are in the document.
const ROW_HEIGHT = 30, SPARE = 8;
const byId = id => document.getElementById(id);
const frame = byId("frame"), grid = byId("grid");
const head = grid.tHead, body = grid.tBodies[0];
const collator = new Intl.Collator("en", {numeric: true});
const providers = [...new Set(routes.providers)].map(name => ({
  name, models: routes.providers.flatMap((provider, m) => provider === name ? [m] : []),
}));
const openProviders = new Set(), openRows = new Set();
let lens = new Lens(-1, tables.calling), columns = [], rows = [], chosen = {row: 0, column: 0}, perAccount = [];
let drawn = "";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
function option(value, text) { return element("option", {value, textContent: text}); }
function plural(count, word) { return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`; }

// Who is looked at: principals by account, after the filters.
function filtered() {
  const text = id => byId(id).value.trim().toLowerCase();
  const account = text("filter-account"), principal = text("filter-principal");
  const access = [...byId("filter-access").value].map(Number), type = byId("filter-type").value;
  const wanted = columns.flatMap(column => column.models);
  const kindFits = new Map();
  const fits = kind => {
    if (!access.length) return true;
    if (!kindFits.has(kind)) {
      const codes = lens.codes(kind);
      kindFits.set(kind, wanted.some(m => access.includes(codes[m])));
    }
    return kindFits.get(kind);
  };
  const accountFits = tables.accounts.map(
    ([id, name]) => !account || id.includes(account) || name.toLowerCase().includes(account));
  accountFits.push(!account);
  const found = accountFits.map(() => []);
  for (let at = 0; at < people.name.length; at++) {
    const home = accountOf(at);
    if (!accountFits[home] || (type !== "" && people.type[at] !== Number(type))) continue;
    if (principal && !searchNames[at].includes(principal)) continue;
    if (fits(people.kind[at])) found[home].push(at);
  }
  return found;
}

function laidOutColumns() {
  const text = byId("filter-model").value.trim().toLowerCase();
  columns = [];
  for (const provider of providers) {
    const models = provider.models.filter(
      m => !text || routes.models[m].toLowerCase().includes(text));
    if (!models.length) continue;
    columns.push({provider, models});
    if (openProviders.has(provider.name) || (text && models.length <= 40)) {
      for (const model of models) columns.push({model, models: [model]});
    }
  }
}

function bands(members) {
  const found = new Map();
  for (const at of members) {
    if (!found.has(people.kind[at])) found.set(people.kind[at], []);
    found.get(people.kind[at]).push(at);
  }
  return [...found.values()].sort((a, b) => reachOf(b[0]) - reachOf(a[0]) || a[0] - b[0]);
}
const WEIGHTS = [0, 1, 1e3, 1e6, 1e6];
function reachOf(principal) {
  let sum = 0;
  for (const code of lens.codes(people.kind[principal])) sum += WEIGHTS[code];
  return sum;
}

function laidOutRows() {
  const order = byId("order").value;
  const numbers = perAccount.flatMap((members, at) => members.length ? [at] : []);
  const name = at => at === OTHERS ? "\uffff" : tables.accounts[at][order === "name" ? 1 : 0];
  const reaching = at => perAccount[at].filter(p => lens.codes(people.kind[p]).some(c => c > 2)).length;
  if (order === "reach") {
    const sizes = new Map(numbers.map(at => [at, reaching(at)]));
    numbers.sort((a, b) => sizes.get(b) - sizes.get(a) || a - b);
  } else {
    numbers.sort((a, b) => collator.compare(name(a), name(b)));
  }
  const few = numbers.reduce((sum, at) => sum + perAccount[at].length, 0) <= 60;
  rows = [];
  for (const at of numbers) {
    const members = perAccount[at], key = `a${at}`;
    const open = openRows.has(key) !== few;
    rows.push({key, level: 1, account: at, members, open, count: members.length});
    if (!open) continue;
    for (const band of bands(members)) {
      const bandKey = `${key}k${people.kind[band[0]]}`, bandOpen = openRows.has(bandKey);
      const alone = band.length === 1;
      rows.push({key: bandKey, level: 2, account: at, members: band, open: alone ? null : bandOpen});
      if (alone || !bandOpen) continue;
      for (const one of band) {
        rows.push({key: `p${one}`, level: 3, account: at, members: [one], open: null});
      }
    }
  }
}

// What a cell says: best access, text, and how strong its colour is.
function cellOf(row, column) {
  if (row.level > 1) {
    const codes = lens.codes(people.kind[row.members[0]]);
    const best = Math.max(...column.models.map(m => codes[m]));
    const count = column.models.filter(m => codes[m] === best).length;
    const text = column.provider && best ? `${LETTERS[best]} ${count}` : LETTERS[best];
    return {best, text, strength: column.provider ? share(count, column.models.length) : 4,
      words: `${ACCESS_WORDS[best]}${column.provider && best ? `, ${plural(count, "model")}` : ""}`};
  }
  const counts = countsOf(row, column);
  const best = counts.findLastIndex(count => count > 0);
  const reached = counts[4] + counts[3];
  const count = best > 2 ? reached : counts[best];
  return {best, counts, text: best ? `${LETTERS[best]} ${count}` : LETTERS[0],
    strength: share(count, row.members.length),
    words: best ? `${plural(count, "principal")}, best ${ACCESS_WORDS[best]}` : "none"};
}
function share(part, whole) { return Math.max(1, Math.ceil(part / whole * 4)); }
function countsOf(row, column) {
  const counts = [0, 0, 0, 0, 0], known = new Map();
  for (const at of row.members) {
    const kind = people.kind[at];
    if (!known.has(kind)) {
      const codes = lens.codes(kind);
      known.set(kind, Math.max(...column.models.map(m => codes[m])));
    }
    counts[known.get(kind)]++;
  }
  return counts;
}

function rowName(row) {
  if (row.level === 1) {
    if (row.account === OTHERS) return "Other accounts, providers, services, anybody";
    const [id, name] = tables.accounts[row.account];
    return name ? `${name} ${id}` : id;
  }
  if (row.members.length === 1) {
    return row.account === OTHERS ? people.name[row.members[0]] : shortNames[row.members[0]];
  }
  return `${row.members.length.toLocaleString("en")} alike: ` +
    row.members.slice(0, 3).map(at => shortNames[at]).join(", ");
}
function columnName(column) {
  return column.provider ? `${column.provider.name} (${column.models.length})`
    : routes.models[column.model].replace(`${routes.providers[column.model]}.`, "");
}

function drawHead() {
  const line = element("tr");
  line.setAttribute("aria-rowindex", 1);
  line.append(element("th", {scope: "col", className: "corner", textContent: "account, principal"}));
  columns.forEach((column, at) => {
    const cell = element("th", {scope: "col", className: column.provider ? "provider" : "model"});
    cell.setAttribute("aria-colindex", at + 2);
    if (column.provider) {
      const open = openProviders.has(column.provider.name);
      const button = element("button", {type: "button", className: "fold"},
        element("span", {textContent: `${open ? "−" : "+"} ${columnName(column)}`}));
      button.setAttribute("aria-expanded", open);
      button.addEventListener("click", () => {
        toggle(openProviders, column.provider.name);
        refresh();
        head.querySelectorAll("button")[providersIn(at)].focus();
      });
      cell.append(button);
    } else {
      cell.append(element("span", {textContent: columnName(column), title: routes.models[column.model]}));
    }
    line.append(cell);
  });
  head.replaceChildren(line);
  grid.classList.toggle("deep", columns.some(column => !column.provider));
}
function providersIn(position) {
  return columns.slice(0, position).filter(column => column.provider).length;
}
function toggle(set, key) { if (!set.delete(key)) set.add(key); }

function drawBody(force = false) {
  const top = Math.max(0, Math.floor(frame.scrollTop / ROW_HEIGHT) - SPARE);
  const fits = Math.ceil(Math.max(frame.clientHeight, innerHeight * 0.72) / ROW_HEIGHT) + 2 * SPARE;
  const end = Math.min(rows.length, top + fits), key = `${top} ${end}`;
  if (!force && key === drawn) return;
  drawn = key;
  const had = body.contains(document.activeElement);
  const made = [spacer(top)];
  for (let at = top; at < end; at++) made.push(drawRow(rows[at], at));
  made.push(spacer(rows.length - end));
  body.replaceChildren(...made);
  if (had) focusCell(false);
}
function spacer(count) {
  const cell = element("td"), line = element("tr", {className: "spacer"}, cell);
  line.setAttribute("aria-hidden", "true");
  cell.colSpan = columns.length + 1;
  line.style.height = `${count * ROW_HEIGHT}px`;
  return line;
}
function drawRow(row, at) {
  const line = element("tr", {className: `level${row.level}`});
  line.setAttribute("aria-rowindex", at + 2);
  const name = element("th", {scope: "row", title: rowName(row)});
  const who = element("div", {className: "who"});
  if (row.open !== null) {
    name.setAttribute("aria-expanded", row.open);
    who.append(element("span", {className: "sign", textContent: row.open ? "−" : "+"}));
  }
  who.append(element("span", {className: "label", textContent: rowName(row)}));
  if (row.level === 1) who.append(element("small", {textContent: row.count.toLocaleString("en")}));
  name.append(who);
  mark(name, at, 0);
  line.append(name);
  columns.forEach((column, number) => {
    const told = cellOf(row, column);
    const cell = element("td", {
      className: `cell ${ACCESS_NAMES[told.best]} s${told.strength}`, textContent: told.text,
    });
    cell.setAttribute("aria-label", `${columnName(column)}: ${told.words}`);
    mark(cell, at, number + 1);
    line.append(cell);
  });
  return line;
}
function mark(cell, row, column) {
  cell.dataset.row = row;
  cell.dataset.column = column;
  const here = row === chosen.row && column === chosen.column;
  cell.tabIndex = here ? 0 : -1;
  cell.setAttribute("aria-colindex", column + 1);
  if (here) cell.setAttribute("aria-selected", "true");
}

function focusCell(scroll = true) {
  if (scroll) {
    const top = chosen.row * ROW_HEIGHT, room = frame.clientHeight - head.offsetHeight;
    if (top < frame.scrollTop) frame.scrollTop = top;
    if (top + ROW_HEIGHT > frame.scrollTop + room) frame.scrollTop = top + ROW_HEIGHT - room;
    drawBody(true);
  }
  const cell = body.querySelector(`[data-row="${chosen.row}"][data-column="${chosen.column}"]`);
  if (!cell) return;
  cell.focus({preventScroll: true});
  if (!scroll || chosen.column === 0) return;
  const left = cell.offsetLeft - body.querySelector("th").offsetWidth;
  if (left < frame.scrollLeft) frame.scrollLeft = left;
  const right = cell.offsetLeft + cell.offsetWidth;
  if (right > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = right - frame.clientWidth;
}

function fold(row, wanted) {
  if (row.open === null || row.open === wanted) return;
  toggle(openRows, row.key);
  laidOutRows();
  chosen.row = rows.findIndex(other => other.key === row.key);
  tellStatus();
  focusCell();
}

function actionsOf(choice) {
  if (choice === "") return tables.calling;
  return choice === "any" ? tables.actions.map((_, at) => at) : [Number(choice)];
}

function refresh() {
  const region = byId("filter-region").value, action = byId("filter-action").value;
  const where = region === "" ? -1 : Number(region), actions = actionsOf(action);
  if (lens.region !== where || String(lens.actions) !== String(actions)) {
    lens = new Lens(where, actions);
  }
  laidOutColumns();
  perAccount = filtered();
  laidOutRows();
  chosen = {row: Math.min(chosen.row, Math.max(0, rows.length - 1)),
    column: Math.min(chosen.column, columns.length)};
  grid.setAttribute("aria-rowcount", rows.length + 1);
  grid.setAttribute("aria-colcount", columns.length + 1);
  drawHead();
  drawBody(true);
  tellStatus();
}
function tellStatus() {
  const count = perAccount.reduce((sum, members) => sum + members.length, 0);
  const accounts = perAccount.filter(members => members.length).length;
  byId("status").textContent = count
    ? `${plural(count, "principal")} in ${plural(accounts, "account")}, ` +
      `${plural(new Set(columns.flatMap(column => column.models)).size, "model")}`
    : "Nobody fits these filters.";
  grid.setAttribute("aria-rowcount", rows.length + 1);
}
