import js from '@eslint/js'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const hostOnlyInApi = {
  patterns: [{ group: ['**/wailsjs/**'], message: 'Only src/api talks to the host.' }],
}

export default tseslint.config(
  { ignores: ['dist', 'masquerade', 'e2e', 'wailsjs', 'public'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, jsxA11y.flatConfigs.strict],
    plugins: { 'react-hooks': reactHooks },
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // What comes from outside is checked by a schema, never asserted; `as const` stays allowed.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Numbers in template strings are how keys and addresses are built here.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Handlers of the form () => doIt() are plain and safe.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // React runs an async handler and has no use for its promise; failures are caught inside.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // The search box and a dialog's first field take the focus on purpose: that is what they are opened for.
      'jsx-a11y/no-autofocus': 'off',
      'no-restricted-imports': ['error', hostOnlyInApi],
      'no-restricted-properties': [
        'error',
        { object: 'window', property: 'go', message: 'Only src/api talks to the host.' },
        { object: 'window', property: 'runtime', message: 'Only src/api talks to the host.' },
      ],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only src/api talks to the host.' }],
    },
  },
  {
    files: ['src/api/**', 'src/dev/**', 'src/testing/**', '**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-imports': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-globals': 'off',
    },
  },
)
