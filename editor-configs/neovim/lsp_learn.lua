-- lsp-learn beside your other language servers. Neovim 0.11 or newer.
-- Copy to ~/.config/nvim/plugin/lsp_learn.lua, or paste into init.lua.

vim.lsp.config('lsp_learn', {
  cmd = { 'lsp-learn', 'serve' },
  filetypes = {
    'bash', 'c', 'cpp', 'cs', 'css', 'dockerfile', 'elixir', 'go', 'html', 'java', 'javascript',
    'javascriptreact', 'json', 'jsonc', 'kotlin', 'make', 'markdown', 'php', 'python', 'ruby',
    'rust', 'sh', 'sql', 'swift', 'toml', 'typescript', 'typescriptreact', 'yaml',
  },
  get_language_id = function(_, filetype)
    return ({ cs = 'csharp', make = 'makefile', sh = 'shellscript', bash = 'shellscript' })[filetype]
      or filetype
  end,
  root_markers = { '.git' },
  -- init_options = { level = 'intermediate' },  -- docs/reference/settings.md
})
vim.lsp.enable('lsp_learn')

-- Neovim gives a server its own diagnostics only. These lines pass on what the others say, so
-- that a hover on their lines begins with it (docs/how-to/pass-diagnostics.md).
vim.api.nvim_create_autocmd('DiagnosticChanged', {
  callback = function(event)
    for _, client in ipairs(vim.lsp.get_clients({ bufnr = event.buf, name = 'lsp_learn' })) do
      local items = {}
      for _, one in ipairs(vim.diagnostic.get(event.buf)) do
        items[#items + 1] = {
          range = {
            start = { line = one.lnum, character = one.col },
            ['end'] = { line = one.end_lnum or one.lnum, character = one.end_col or one.col },
          },
          message = one.message,
          source = one.source,
          code = one.code,
        }
      end
      local params = { uri = vim.uri_from_bufnr(event.buf), diagnostics = items }
      client:notify('lsp-learn/diagnostics', params)
    end
  end,
})
