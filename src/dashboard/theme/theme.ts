import {
  ActionIcon,
  Button,
  createTheme,
  defaultVariantColorsResolver,
  Input,
  Menu,
  Modal,
  SegmentedControl,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';
import { agentPalette } from './agent-hues.ts';
import { darkSurfaces, lightSurfaces, type Surfaces } from './surfaces.ts';

const accent: MantineColorsTuple = [
  '#e7f2ff',
  '#cfe4ff',
  '#9fc9ff',
  '#6cb0ff',
  '#4a9bf5',
  '#2f84e4',
  '#1f73d4',
  '#0b62c4',
  '#0854ab',
  '#064488',
];

/** Mantine's greys of the dark theme, from its text to its deepest ground. */
const dark: MantineColorsTuple = [
  '#e6e8eb',
  '#a3abb5',
  '#8b95a1',
  '#59626d',
  '#323943',
  '#262c34',
  '#171b20',
  '#101317',
  '#0b0d10',
  '#07090b',
];

/**
 * Mantine picks the text colour of filled elements by the light theme's shade only; in the dark theme that is
 * white on pale blue. Filled and tinted elements use the surfaces' own colours, which fit both.
 */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const isRed = input.color === 'red';
  const tone = isRed ? 'var(--sb-refused)' : 'var(--sb-accent)';
  if (input.variant === 'light' && (isRed || input.color === undefined)) {
    const ground = (percent: number): string => `color-mix(in srgb, ${tone} ${percent}%, var(--sb-surface))`;
    return { ...colors, background: ground(10), hover: ground(16), color: tone };
  }
  if (input.variant !== 'filled') return colors;
  return {
    ...colors,
    background: tone,
    hover: `color-mix(in srgb, ${tone} 88%, var(--sb-text))`,
    color: isRed ? 'var(--sb-ground)' : 'var(--sb-on-accent)',
  };
};

/** Mantine set to this product's measures: 13 px text, 28 px controls, a 4 px grid. */
/** What stands beside a box or a switch is read like other text. */
const optionLabel = { fontSize: '13px' };

export const theme = createTheme({
  primaryColor: 'signal',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  variantColorResolver: variantColors,
  colors: { signal: accent, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '18px' }, h2: { fontSize: '15px' }, h3: { fontSize: '13px' } },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs', variant: 'default' },
      vars: (_theme, props) => ({
        root: { '--button-height': props.size === 'md' ? '36px' : '28px', '--button-fz': '12px' },
      }),
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { size: 26, variant: 'subtle', color: 'gray' },
      vars: (_theme, props) => ({ root: props.color === 'gray' ? { '--ai-color': 'var(--sb-dim)' } : {} }),
    }),
    Input: Input.extend({
      defaultProps: { size: 'xs' },
      vars: (_theme, props) => ({
        wrapper: props.size === 'xs' ? { '--input-height': '28px', '--input-fz': '12px' } : {},
      }),
    }),
    InputWrapper: {
      styles: {
        label: { fontSize: '12px', fontWeight: 550, marginBottom: '3px' },
        description: { fontSize: '12px', color: 'var(--sb-dim)' },
        error: { fontSize: '12px', color: 'var(--sb-refused)' },
      },
    },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs', iconColor: 'var(--sb-on-accent)' }, styles: { label: optionLabel } },
    Switch: { defaultProps: { size: 'xs' }, styles: { label: optionLabel } },
    Textarea: { defaultProps: { size: 'xs' } },
    Tabs: { defaultProps: { variant: 'default' } },
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'xs', withItemsBorders: false },
      vars: () => ({ root: { '--sc-padding': '1px 9px', '--sc-font-size': '12px' } }),
      styles: {
        root: { padding: '3px', border: '1px solid var(--sb-line)', backgroundColor: 'var(--sb-ground)' },
        label: { lineHeight: '18px' },
      },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false, transitionProps: { duration: 100 } } }),
    // The first item takes the focus: Mantine's placeholder for it is an element that is not allowed in
    // menus.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        padding: 'lg',
        closeButtonProps: { 'aria-label': 'Close', size: 26, iconSize: 16 },
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.5 },
      },
      styles: {
        // In the dark theme a dialog is as dark as what lies dimmed below it.
        content: { border: '1px solid var(--sb-line-strong)' },
        header: { minHeight: 48, paddingBlock: 8 },
        title: { fontSize: '14px', fontWeight: 600 },
      },
    }),
  },
});

/** The product's own variables (`--sb-…`), and Mantine's set to the same colours. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: variablesOf(darkSurfaces),
  light: variablesOf(lightSurfaces),
});

function variablesOf(surfaces: Surfaces): Record<string, string> {
  const agents = agentPalette(surfaces.surface).map((color, index) => [`--sb-agent-${index}`, color] as const);
  return {
    ...Object.fromEntries<string>(agents),
    '--sb-ground': surfaces.ground,
    '--sb-surface': surfaces.surface,
    '--sb-raised': surfaces.raised,
    '--sb-hover': surfaces.hover,
    '--sb-selected': surfaces.selected,
    '--sb-line': surfaces.line,
    '--sb-line-strong': surfaces.lineStrong,
    '--sb-field': surfaces.field,
    '--sb-text': surfaces.text,
    '--sb-dim': surfaces.dim,
    '--sb-faint': surfaces.faint,
    '--sb-accent': surfaces.accent,
    '--sb-on-accent': surfaces.onAccent,
    '--sb-proceed': surfaces.proceed,
    '--sb-waiting': surfaces.waiting,
    '--sb-refused': surfaces.refused,
    '--mantine-color-body': surfaces.surface,
    '--mantine-color-text': surfaces.text,
    '--mantine-color-dimmed': surfaces.dim,
    '--mantine-color-placeholder': surfaces.faint,
    '--mantine-color-anchor': surfaces.accent,
    '--mantine-color-error': surfaces.refused,
    '--mantine-color-default': surfaces.raised,
    '--mantine-color-default-hover': surfaces.hover,
    '--mantine-color-default-border': surfaces.lineStrong,
    '--mantine-color-default-color': surfaces.text,
  };
}
