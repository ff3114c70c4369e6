import { fromTest, toTest } from './test-link.ts';

type Answer = (granted: boolean) => void;

/** The parts with nothing of their own to show in a browser: calls of theirs are reported to the test. */
export const shell = {
  openExternal: (url: string): Promise<void> => {
    toTest({ openedOutside: url });
    return Promise.resolve();
  },
};

export const clipboard = { writeText: (text: string): void => toTest({ copied: text }) };

export const dialog = {
  showErrorBox: (title: string, content: string): void => toTest({ errorBox: { title, content } }),
};

export const nativeTheme = { shouldUseDarkColors: true };

export const screen = {
  getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
};

const permissions: {
  request?: (page: unknown, permission: string, answer: Answer) => void;
  check?: (page: unknown, permission: string) => boolean;
  device?: (details: unknown) => boolean;
} = {};

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: NonNullable<typeof permissions.request>) => (permissions.request = handler),
    setPermissionCheckHandler: (handler: NonNullable<typeof permissions.check>) => (permissions.check = handler),
    setDevicePermissionHandler: (handler: NonNullable<typeof permissions.device>) => (permissions.device = handler),
  },
};

interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly accelerator?: string;
  readonly submenu?: readonly MenuItem[];
  readonly click?: () => void;
}

let menu: readonly MenuItem[] = [];

export const Menu = {
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu: (template: readonly MenuItem[]): void => {
    menu = template;
  },
};

function find(items: readonly MenuItem[], label: string): MenuItem | undefined {
  for (const item of items) {
    const found = item.label === label ? item : find(item.submenu ?? [], label);
    if (found) return found;
  }
  return undefined;
}

fromTest((message) => {
  const { menuItem, permission } = message as { menuItem?: string; permission?: string };
  if (menuItem !== undefined) find(menu, menuItem)?.click?.();
  if (permission !== undefined) {
    permissions.request?.(undefined, permission, (granted) => {
      toTest({
        permission,
        granted,
        checked: permissions.check?.(undefined, permission),
        device: permissions.device?.({}),
      });
    });
  }
});
