" lsp-learn beside your other servers, with vim-lsp. Copy to ~/.vim/plugin/lsp_learn_vim_lsp.vim.
" Hover: :LspHover --server=lsp-learn    Explain this: :LspCodeAction

let s:languages = {'bash': 'shellscript', 'cs': 'csharp', 'make': 'makefile', 'sh': 'shellscript'}

function! s:Language(server) abort
  return get(s:languages, &filetype, &filetype)
endfunction

autocmd User lsp_setup call lsp#register_server({
\  'name': 'lsp-learn',
\  'cmd': ['lsp-learn', 'serve'],
\  'languageId': function('s:Language'),
\  'allowlist': [
\    'bash', 'c', 'cpp', 'cs', 'css', 'dockerfile', 'elixir', 'go', 'html', 'java', 'javascript',
\    'javascriptreact', 'json', 'jsonc', 'kotlin', 'make', 'markdown', 'php', 'python', 'ruby',
\    'rust', 'sh', 'sql', 'swift', 'toml', 'typescript', 'typescriptreact', 'yaml',
\  ],
\})

" vim-lsp shows the answer of one server; K asks ours where this is set.
" autocmd FileType python nnoremap <buffer> K :LspHover --server=lsp-learn<CR>
