-- lsp-learn beside your other language servers. Neovim 0.11 or newer.
-- Copy to ~/.config/nvim/plugin/lsp_learn.lua, or paste into init.lua.

vim.lsp.config('lsp_learn', {
  cmd = { 'lsp-learn', 'serve' },
  filetypes = {
    'c', 'go', 'java', 'javascript', 'javascriptreact', 'python', 'rust', 'sh', 'bash',
    'typescript', 'typescriptreact',
  },
  root_markers = { '.git' },
  -- init_options = { level = 'intermediate' },  -- docs/reference/settings.md
})
vim.lsp.enable('lsp_learn')
