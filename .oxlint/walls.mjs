/**
 * The walls between the product's folders, as lint rules.
 *
 * `signalbox/import-walls`: who may import whom. Specifiers are resolved to files before they are
 * judged, so a folder's name elsewhere in a path cannot be taken for the folder itself. Static,
 * re-exporting, type-only and dynamic imports all count. Within a folder that has floors
 * (`FLOORS`), a file imports its own room and the floors below, never what is above or beside it.
 *
 * `signalbox/narrow-hub`: the edges of the server do not read the log's tables (`hub.reader`).
 *
 * `signalbox/no-barrels`: a module that only passes on what others export hides who needs what,
 * loads everything for anything, and is where cycles start.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BEHIND_THE_HUB, EDGES, FLOORS, isWork, READERS, ROOMS, WORK, WORK_ENTRY } from './rooms.mjs';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @param {string} file @param {string} place */
const isIn = (file, place) => file === place || file.startsWith(`${place}/`);

/** The screen that a dashboard file belongs to. @param {string} file */
const screenOf = (file) => /^src\/dashboard\/features\/([^/]+)\//.exec(file)?.[1];

/** The kind of job that a file belongs to. @param {string} file */
const kindOf = (file) => /^src\/jobs\/(?!work\/)([^/]+)\//.exec(file)?.[1];

/** Where a file of `folder` stands: its floor, and the room on it ('' for the folder's own files there). @param {string} folder @param {string} file */
function standsIn(folder, file) {
  const floors = FLOORS[folder] ?? [];
  const [room = ''] = file.slice(folder.length + 1).split('/');
  const floor = floors.findIndex((rooms) => rooms.includes(room));
  return floor === -1 ? { floor: 0, room: file.includes('/', folder.length + 1) ? room : '' } : { floor, room };
}

/** Why `file` may not import `target`, which is above or beside it; undefined where it may. @param {string} file @param {string} target */
function climbs(file, target) {
  for (const folder of Object.keys(FLOORS)) {
    if (!isIn(file, folder) || !isIn(target, folder)) continue;
    const mine = standsIn(folder, file);
    const theirs = standsIn(folder, target);
    if (mine.room === theirs.room || theirs.floor < mine.floor) continue;
    const where = theirs.floor > mine.floor ? 'above' : 'beside';
    return `In ${folder} imports go down only: ${theirs.room || target} is ${where} ${mine.room || file}.`;
  }
  return undefined;
}

/**
 * Why `specifier` may not be imported by `file`, or undefined where it may.
 * @param {string} root folder that `file` is relative to
 * @param {string} file path from the root, with forward slashes
 * @param {string} specifier as written in the import
 */
function refusal(root, file, specifier) {
  if (specifier === 'electron' || specifier.startsWith('electron/')) {
    if (isIn(file, 'electron') || file === 'electron.config.ts') return undefined;
    return 'Only electron/ imports the electron module; everything else runs without it.';
  }
  const room = isWork(file) ? WORK : ROOMS.find(({ from }) => from.some((place) => isIn(file, place)));
  if (!room) return undefined;

  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const from = path.dirname(path.join(root, file));
    const target = path.relative(root, path.resolve(from, specifier)).split(path.sep).join('/');
    const [mine, theirs] = [screenOf(file), screenOf(target)];
    if (mine && theirs && mine !== theirs) {
      return `The ${mine} screen may not import the ${theirs} screen: move what both need to src/dashboard/ui.`;
    }
    const [kind, other] = [kindOf(file), kindOf(target)];
    if (kind && other && kind !== other) {
      return `The kind ${kind} may not import the kind ${other}: move what both need to src/jobs.`;
    }
    if (isWork(target) && !isWork(file) && file !== WORK_ENTRY) {
      return `What a job does runs in a process of its own: only ${WORK_ENTRY} imports ${target}.`;
    }
    if (EDGES.some((edge) => isIn(file, edge)) && BEHIND_THE_HUB.some((place) => isIn(target, place))) {
      return `Edges of the server use the hub and its services: ${target} is behind them.`;
    }
    if ([...room.from, ...room.rooms].some((place) => isIn(target, place))) return climbs(file, target);
    return `${room.name} may import ${room.rooms.join(', ') || 'nothing of ours but itself'}; ${target} is not in there.`;
  }
  if (specifier.startsWith('node:') && !room.node) {
    return `${room.name} runs outside Node too: it may not import ${specifier}.`;
  }
  const isOpen = room.only
    ? specifier.startsWith('node:') || room.only.some((pattern) => pattern.test(specifier))
    : !room.never?.some((pattern) => pattern.test(specifier));
  return isOpen ? undefined : `${room.name} may not import the package ${specifier}.`;
}

const importWalls = {
  create(context) {
    const file = path.relative(ROOT, context.filename).split(path.sep).join('/');
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const message = refusal(ROOT, file, node.source.value);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

const narrowHub = {
  create(context) {
    const file = path.relative(ROOT, context.filename).split(path.sep).join('/');
    if (!EDGES.some((edge) => isIn(file, edge))) return {};
    const check = (node, key, computed) => {
      if (computed || key.type !== 'Identifier' || !READERS.has(key.name)) return;
      context.report({ node, message: `Edges of the server do not read the log's tables: ask a service of the hub.` });
    };
    return {
      MemberExpression: (node) => check(node, node.property, node.computed),
      ObjectPattern: (node) => {
        for (const property of node.properties) {
          if (property.type === 'Property') check(property, property.key, property.computed);
        }
      },
    };
  },
};

const noBarrels = {
  create(context) {
    return {
      Program(node) {
        if (/^index\.[cm]?tsx?$/.test(path.basename(context.filename))) {
          context.report({ node, message: 'Name the file for its one idea: index files turn into barrels.' });
        }
        const passesOn = (statement) =>
          statement.type === 'ExportAllDeclaration' ||
          (statement.type === 'ExportNamedDeclaration' && statement.source);
        if (node.body.length > 0 && node.body.every(passesOn)) {
          context.report({ node, message: 'This module only passes on what others export: import from them instead.' });
        }
      },
      ExportAllDeclaration(node) {
        context.report({ node, message: 'Name what you export: `export *` hides where things come from.' });
      },
    };
  },
};

export default {
  meta: { name: 'signalbox' },
  rules: { 'import-walls': importWalls, 'narrow-hub': narrowHub, 'no-barrels': noBarrels },
};
