"use strict";
// The tables of the page, and what they say for the Regions and actions that are chosen.
const tables = JSON.parse(document.getElementById("audit-data").textContent);
const people = tables.principals;
const routes = tables.routes;
const modelCount = routes.models.length;
const LETTERS = ["·", "H", "?", "C", "D"];
const ACCESS_NAMES = ["none", "half", "unknown", "chain", "direct"];
const ACCESS_WORDS = ["none", "half-blocked", "unknown", "through a chain of roles", "direct"];
const ALLOWED = 0, HALF = 1, UNKNOWN = 2, BLOCKED = 3;

const decoded = new Map();
// The positions of the routes of a set.
function members(set) {
  if (set < 0) return [];
  if (!decoded.has(set)) {
    const text = atob(tables.sets[set]), found = [];
    for (let at = 0; at < text.length; at++) {
      const byte = text.charCodeAt(at);
      for (let bit = 0; byte >> bit; bit++) if (byte >> bit & 1) found.push(at * 8 + bit);
    }
    decoded.set(set, Uint16Array.from(found));
  }
  return decoded.get(set);
}

// Access as it looks through a choice of Region (-1: any) and actions.
class Lens {
  constructor(region, actions) {
    this.region = region;
    this.actions = actions;
    this.sets = new Map();
    this.rows = new Map();
    this.kinds = new Map();
  }
  // For each model whether a set has a route to it that is looked at.
  models(set) {
    if (!this.sets.has(set)) {
      const found = new Uint8Array(modelCount);
      for (const route of members(set)) {
        if (this.region < 0 || routes.region[route] === this.region) found[routes.model[route]] = 1;
      }
      this.sets.set(set, found);
    }
    return this.sets.get(set);
  }
  row(number) {
    if (!this.rows.has(number)) {
      const joined = [0, 1, 2].map(() => new Uint8Array(modelCount));
      for (const action of this.actions) {
        tables.rows[number][action].forEach((set, field) => {
          if (set < 0) return;
          const from = this.models(set), into = joined[field];
          for (let m = 0; m < modelCount; m++) into[m] |= from[m];
        });
      }
      this.rows.set(number, joined);
    }
    return this.rows.get(number);
  }
  // For each model the best access of principals of a kind: a position in LETTERS.
  codes(kind) {
    if (!this.kinds.has(kind)) {
      const own = this.row(tables.kinds[kind][0]), through = this.row(tables.kinds[kind][1]);
      const found = new Uint8Array(modelCount);
      for (let m = 0; m < modelCount; m++) {
        found[m] = own[ALLOWED][m] ? 4 : through[ALLOWED][m] ? 3
          : own[UNKNOWN][m] || through[UNKNOWN][m] ? 2 : own[HALF][m] || through[HALF][m] ? 1 : 0;
      }
      this.kinds.set(kind, found);
    }
    return this.kinds.get(kind);
  }
}

const OTHERS = tables.accounts.length;
function accountOf(principal) {
  const account = people.account[principal];
  return account < 0 || !isHeld(principal) ? OTHERS : account;
}
function isHeld(principal) {
  const type = tables.types[people.type[principal]];
  return type === "role" || type === "user";
}
function arnOf(principal) {
  if (!isHeld(principal)) return people.name[principal];
  return `arn:${tables.partition}:iam::${tables.accounts[people.account[principal]][0]}:` +
    people.name[principal];
}
const shortNames = people.name.map(name => name.replace(/^(role|user)\//, ""));
const searchNames = people.name.map(name => name.toLowerCase());

// One chain of somebody to each role, [roles, what it waits for]: a certain one where there is one,
// however long, else a shortest one.
function chainsOf(principal) {
  return [...new Map([...walked(principal, false), ...walked(principal, true)]).values()];
}
function walked(principal, certain) {
  const found = new Map();
  let reached = [[principal, [], []]];
  for (let depth = 0; depth < tables.depth && reached.length; depth++) {
    const following = [];
    for (const [at, roles, waits] of reached) {
      const out = tables.outs[people.out[at]];
      for (let step = 0; step < out.length; step += 2) {
        const role = out[step], sure = out[step + 1] < 0;
        if (role === principal || found.has(role) || (certain && !sure)) continue;
        const path = roles.concat(role), words = sure ? waits : waits.concat(tables.words[out[step + 1]]);
        found.set(role, [path, words]);
        following.push([role, path, words]);
      }
    }
    reached = following;
  }
  return found;
}
