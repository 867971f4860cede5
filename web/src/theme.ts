import {
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Paper,
  rem,
  Table,
  TextInput,
} from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e0f0ee', '#c3e2de', '#93c9c3', '#5fd0c3', '#37ab9f', '#1d8a80', '#0f7870', '#0a6b65', '#085751', '#05423e',
];
const brass: MantineColorsTuple = [
  '#fcf0da', '#f7e2b8', '#e9c88b', '#ebbd66', '#d99b34', '#c47a0c', '#a86606', '#855000', '#6b5220', '#33270f',
];
const violet: MantineColorsTuple = [
  '#efecfb', '#ded8f7', '#c7bdf0', '#b7abf5', '#8b7be0', '#6a52c7', '#614abd', '#5841b0', '#4b4181', '#241f40',
];
const red: MantineColorsTuple = [
  '#fcebe9', '#f8d5d2', '#efb6b0', '#f7968c', '#e5655a', '#c6352a', '#b82d22', '#ab2419', '#7a3630', '#3a1a17',
];

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  colors: { teal, brass, violet, red },
  fontFamily: '"Inter", "Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: '"JetBrains Mono", ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: rem(11), sm: rem(12), md: rem(13), lg: rem(14), xl: rem(16) },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: rem(20) }, h2: { fontSize: rem(14) }, h3: { fontSize: rem(13) } },
  },
  spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  radius: { xs: rem(4), sm: rem(6), md: rem(9), lg: rem(12), xl: rem(999) },
  defaultRadius: 'sm',
  autoContrast: true,
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', tt: 'none', fw: 500, radius: 'xl' } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg', p: 'lg', bg: 'var(--surface)', shadow: 'xs' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', highlightOnHover: true } }),
  },
});

/** Each role is written once per theme; screens name roles, never colours. */
export const variables: CSSVariablesResolver = () => ({
  variables: { '--nav-width': rem(212) },
  light: {
    '--mantine-color-body': '#f5f7f6',
    '--mantine-color-text': '#13201e',
    '--mantine-color-dimmed': '#5b6866',
    '--mantine-color-default': '#ffffff',
    '--mantine-color-default-border': '#c6cfcd',
    '--mantine-color-anchor': '#0a6b65',
    '--surface': '#ffffff',
    '--sunken': '#eef1f0',
    '--hover': '#f0f4f3',
    '--line': '#e1e6e5',
    '--ink-2': '#3f4c4a',
    '--flow': '#a3d3cd',
    '--left-out': '#838b8a',
    '--waiting': '#b97716',
    '--failed': '#c6352a',
  },
  dark: {
    '--mantine-color-body': '#0d1312',
    '--mantine-color-text': '#eaf0ef',
    '--mantine-color-dimmed': '#93a19f',
    '--mantine-color-default': '#141b1a',
    '--mantine-color-default-border': '#3a4746',
    '--mantine-color-anchor': '#5fd0c3',
    '--surface': '#141b1a',
    '--sunken': '#0a0f0e',
    '--hover': '#1e2827',
    '--line': '#263130',
    '--ink-2': '#b9c5c3',
    '--flow': '#265c56',
    '--left-out': '#717b7a',
    '--waiting': '#dfa932',
    '--failed': '#e5655a',
  },
});
