// What stands behind a cell, and the controls.
const details = byId("details");
const LAYER_WORDS = {
  identity: "identity-based policy", boundary: "permissions boundary", session: "session policy",
  scp: "SCP", rcp: "RCP", resource: "resource-based policy", vpce: "VPC endpoint policy",
};

function regionList(regions) {
  const sorted = [...regions].sort(collator.compare).map(
    region => region === "unspecified" ? "any Region (global routing)" : region);
  return sorted.length > 12 ? `${sorted.slice(0, 12).join(", ")} and ${sorted.length - 12} more`
    : sorted.join(", ");
}
function ownerOf(principal, layer) {
  const account = tables.accounts[people.account[principal]];
  if (!account) return "";
  if (layer !== "scp" && layer !== "rcp") return `account ${account[0]}`;
  return account[2] ? `management account ${account[2]}` : "the management account";
}

// The own ways of somebody to some models: one entry for each access and profile.
function waysOf(principal, models) {
  const wanted = new Set(models), found = new Map();
  for (const number of tables.details[people.detail[principal]]) {
    const [action, access, set, layers, blocked, settle] = tables.classes[number];
    if (!lens.actions.includes(action)) continue;
    for (const route of members(set)) {
      if (!wanted.has(routes.model[route])) continue;
      if (lens.region >= 0 && routes.region[route] !== lens.region) continue;
      const name = routes.profile[route] < 0 ? routes.models[routes.model[route]]
        : routes.profiles[routes.profile[route]];
      const reason = `${access} ${layers} ${blocked} ${settle}`;
      const key = models.length > 4 ? reason : `${reason} ${name}`;
      if (!found.has(key)) {
        found.set(key, {access, layers, blocked, settle, names: new Set(), regions: new Set(),
          actions: new Set(), leads: new Set()});
      }
      const entry = found.get(key);
      entry.names.add(name);
      entry.regions.add(routes.regions[routes.region[route]]);
      entry.actions.add(tables.actions[action]);
      for (const lead of routes.destinations[routes.leads[route]]) entry.leads.add(lead);
    }
  }
  const order = [ALLOWED, UNKNOWN, HALF, BLOCKED];
  return [...found.values()].sort((a, b) => order.indexOf(a.access) - order.indexOf(b.access));
}
function wayEntry(principal, way) {
  const codes = {[ALLOWED]: 4, [HALF]: 1, [UNKNOWN]: 2, [BLOCKED]: 0};
  const code = codes[way.access], names = [...way.names].sort(collator.compare);
  const word = way.access === BLOCKED ? "blocked" : ACCESS_WORDS[code];
  const shown = names.length > 4 ? `${names.length} models and profiles` : names.join(", ");
  const item = element("li", {}, element("p", {}, key(code), element("strong", {textContent: word}),
    " ", element("code", {textContent: shown})));
  const facts = [["from", regionList(way.regions)],
    ["actions", [...way.actions].map(name => name.replace("bedrock:", "")).join(", ")]];
  const leads = [...way.leads].filter(lead => !way.regions.has(lead));
  if (leads.length) facts.push(["may run in", regionList(new Set(leads))]);
  if (way.blocked.length) facts.push(["blocked in", regionList(new Set(way.blocked))]);
  for (const layer of way.layers.map(at => tables.layers[at])) {
    facts.push(["blocked by", `${LAYER_WORDS[layer] || layer}, ${ownerOf(principal, layer)}`]);
  }
  if (way.settle >= 0) facts.push(["depends on", tables.words[way.settle].join("; ")]);
  item.append(factList(facts));
  return item;
}
function factList(facts) {
  const list = element("dl", {className: "facts"});
  for (const [name, value] of facts) {
    list.append(element("dt", {textContent: name}), element("dd", {textContent: value}));
  }
  return list;
}
function key(code) {
  const made = element("span", {className: `key ${ACCESS_NAMES[code]}`, textContent: LETTERS[code]});
  made.setAttribute("aria-hidden", "true");
  return made;
}

function chainEntries(principal, models) {
  const found = [];
  for (const [path, waits] of chainsOf(principal)) {
    const last = path[path.length - 1];
    const codes = lens.row(tables.kinds[people.kind[last]][0]);
    const allowed = models.some(m => codes[ALLOWED][m]), perhaps = models.some(m => codes[UNKNOWN][m]);
    if (!allowed && !perhaps) continue;
    const sure = allowed && !waits.length;
    const names = path.map(role => people.account[role] === people.account[principal]
      ? shortNames[role] : `${shortNames[role]} in ${tables.accounts[people.account[role]][0]}`);
    const item = element("li", {}, element("p", {}, key(sure ? 3 : 2),
      element("code", {textContent: `→ ${names.join(" → ")}`})));
    const depends = [...new Set(waits)];
    if (!allowed) depends.push("whether the last role reaches it");
    if (depends.length) item.append(factList([["depends on", depends.join("; ")]]));
    found.push([sure ? 0 : 1, path.length, item]);
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return found.map(entry => entry[2]);
}

function listOf(items, most, word) {
  const list = element("ul", {className: "ways"}, ...items.slice(0, most));
  if (items.length > most) {
    list.append(element("li", {className: "soft", textContent: `and ${plural(items.length - most, word)} more`}));
  }
  return list;
}

function showDetails(row, column) {
  const models = column ? column.models : columns.flatMap(c => c.provider ? c.models : []);
  const what = column ? (column.provider ? `models of ${column.provider.name}` : routes.models[column.model])
    : "all models shown";
  const parts = [];
  if (row.level === 1) {
    parts.push(element("h3", {textContent: rowName(row)}), element("p", {className: "soft", textContent: what}));
    const counts = countsOf(row, {models});
    const items = [4, 3, 2, 1, 0].filter(code => counts[code]).map(code => element("li", {},
      element("p", {}, key(code), `${plural(counts[code], "principal")}: ${ACCESS_WORDS[code]}`)));
    parts.push(element("ul", {className: "ways"}, ...items));
    parts.push(element("p", {className: "soft small", textContent: "Open the row to see who."}));
  } else {
    const one = row.members[0], ways = waysOf(one, models), chains = chainEntries(one, models);
    parts.push(element("h3", {}, element("code", {textContent: arnOf(one)})));
    if (row.members.length > 1) {
      parts.push(element("p", {className: "soft", textContent:
        `and ${plural(row.members.length - 1, "other")} who stand alike; what blocks may differ`}));
    }
    parts.push(element("p", {className: "soft", textContent: what}));
    parts.push(element("h4", {textContent: "By its own permissions"}));
    parts.push(ways.length ? listOf(ways.map(way => wayEntry(one, way)), 12, "way")
      : element("p", {className: "soft", textContent: isHeld(one) ? "No way in this Region."
        : "Its own permissions are not in the snapshot."}));
    parts.push(element("h4", {textContent: "Through roles"}));
    parts.push(chains.length ? listOf(chains, 10, "role")
      : element("p", {className: "soft", textContent: "No chain of roles leads there."}));
    if (isHeld(one)) parts.push(element("p", {className: "small"}, "Ask why: ",
      element("code", {textContent: `bedrock-doctor diagnose --as ${arnOf(one)} --model ` +
        `${routes.models[models[0]]} --region ${regionFor(models[0])}`})));
  }
  details.replaceChildren(...parts);
}
function regionFor(model) {
  if (lens.region >= 0) return routes.regions[lens.region];
  return routes.regions[routes.region[routes.model.indexOf(model)]];
}

grid.addEventListener("click", event => {
  const cell = event.target.closest("[data-row]");
  if (!cell) return;
  chosen = {row: Number(cell.dataset.row), column: Number(cell.dataset.column)};
  const row = rows[chosen.row];
  if (chosen.column === 0 && row.open !== null) return fold(row, !row.open);
  focusCell();
  showDetails(row, columns[chosen.column - 1]);
});
grid.addEventListener("keydown", event => {
  if (!event.target.closest("[data-row]")) return;
  const row = rows[chosen.row], page = Math.max(1, Math.floor(frame.clientHeight / ROW_HEIGHT) - 3);
  const moves = {
    ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1],
    PageDown: [page, 0], PageUp: [-page, 0], Home: [0, -1e9], End: [0, 1e9],
  };
  if (moves[event.key]) {
    const [down, right] = moves[event.key], all = event.ctrlKey && /Home|End/.test(event.key);
    chosen = {
      row: Math.min(rows.length - 1, Math.max(0, all ? right : chosen.row + down)),
      column: Math.min(columns.length, Math.max(0, chosen.column + right)),
    };
    focusCell();
  } else if (event.key === "+" || event.key === "-") {
    fold(row, event.key === "+");
  } else if (event.key === "Enter" || event.key === " ") {
    if (chosen.column === 0 && row.open !== null) fold(row, !row.open);
    else showDetails(row, columns[chosen.column - 1]);
  } else {
    return;
  }
  event.preventDefault();
});
frame.addEventListener("scroll", () => requestAnimationFrame(() => drawBody()), {passive: true});
window.addEventListener("resize", () => drawBody(true));

let waiting = 0;
byId("filters").addEventListener("input", event => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { frame.scrollTop = 0; refresh(); }, event.target.matches("select") ? 0 : 120);
});
byId("filters").addEventListener("reset", () => setTimeout(() => { openRows.clear(); refresh(); }));
byId("filters").addEventListener("submit", event => event.preventDefault());

const sortedRegions = routes.regions.map((name, at) => [name, at]).sort((a, b) => collator.compare(a[0], b[0]));
byId("filter-region").append(...sortedRegions.map(([name, at]) => option(at, name)));
byId("filter-action").append(...tables.actions.map((name, at) => option(at, name)));
byId("filter-type").append(...tables.types.map((name, at) => option(at, name)));
for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
if (providers.length === 1) openProviders.add(providers[0].name);
refresh();
document.documentElement.dataset.ready = Math.round(performance.now());
