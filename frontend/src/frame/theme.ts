import { createTheme } from '@mantine/core'

/** One calm accent; purple, the colour of the second window's banner, is kept for masquerade and used for nothing else. */
export const theme = createTheme({
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  primaryColor: 'harbor',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    // Mantine's greys for dark, moved to the blue of our surfaces.
    dark: [
      '#e6ebf0',
      '#c3ccd6',
      '#a3b0bd',
      '#8494a3',
      '#4a5663',
      '#313a44',
      '#222a33',
      '#1a2027',
      '#13181d',
      '#0d1115',
    ],
    harbor: [
      '#eef5fc',
      '#d9e8f6',
      '#b1d0ee',
      '#85b6e6',
      '#61a0df',
      '#3f86cc',
      '#2b74bb',
      '#1f5f9e',
      '#194f86',
      '#113c68',
    ],
    // Mantine's red is too light for white words on it.
    danger: [
      '#fdf0f0',
      '#f9d9d9',
      '#f1b3b3',
      '#e88a8a',
      '#e06464',
      '#d84848',
      '#c73030',
      '#b32424',
      '#981c1c',
      '#7a1414',
    ],
    masquerade: [
      '#f7f0fd',
      '#eadcfa',
      '#d5b8f4',
      '#be91ed',
      '#aa6fe6',
      '#9350d8',
      '#7d35c2',
      '#6b21a8',
      '#581c87',
      '#3f1463',
    ],
  },
  defaultRadius: 4,
  respectReducedMotion: true,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  components: {
    Button: { defaultProps: { size: 'compact-md', fw: 500 } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    NativeSelect: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Radio: { defaultProps: { size: 'xs' } },
    Tooltip: {
      defaultProps: { withArrow: true, multiline: true, maw: 320, transitionProps: { duration: 80 } },
    },
    Modal: {
      defaultProps: { transitionProps: { duration: 80 }, overlayProps: { opacity: 0.35 } },
      styles: { title: { fontSize: 16, fontWeight: 600 } },
    },
  },
})
