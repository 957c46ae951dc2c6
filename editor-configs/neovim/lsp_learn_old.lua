-- lsp-learn beside your other language servers. Neovim 0.8 to 0.10; newer ones: lsp_learn.lua.
-- Copy to ~/.config/nvim/plugin/lsp_learn.lua, or paste into init.lua.

local languages = { cs = 'csharp', make = 'makefile', sh = 'shellscript', bash = 'shellscript' }

vim.api.nvim_create_autocmd('FileType', {
  pattern = {
    'bash', 'c', 'cpp', 'cs', 'css', 'dockerfile', 'elixir', 'go', 'html', 'java', 'javascript',
    'javascriptreact', 'json', 'jsonc', 'kotlin', 'make', 'markdown', 'php', 'python', 'ruby',
    'rust', 'sh', 'sql', 'swift', 'toml', 'typescript', 'typescriptreact', 'yaml',
  },
  callback = function(event)
    local root = vim.fs.dirname(vim.fs.find('.git', {
      upward = true,
      path = vim.fs.dirname(vim.api.nvim_buf_get_name(event.buf)),
    })[1])
    vim.lsp.start({
      name = 'lsp_learn',
      cmd = { 'lsp-learn', 'serve' },
      root_dir = root or vim.fn.getcwd(),
      get_language_id = function(_, filetype)
        return languages[filetype] or filetype
      end,
      -- init_options = { level = 'intermediate' },  -- docs/reference/settings.md
    })
  end,
})
