" lsp-learn beside your other linters, with ALE. Copy to ~/.vim/plugin/lsp_learn_ale.vim.
" Hover: :ALEHover    Explain this: :ALECodeAction

let s:command = ['lsp-learn', 'serve']

" ALE opens no documents for a server: a message says where the lesson is. It hides messages
" that are no errors; this shows them, unless you have chosen something else.
let g:ale_lsp_show_message_severity = get(g:, 'ale_lsp_show_message_severity', 'information')

" Vim's filetypes; the value is the language's name in the protocol.
let s:languages = {
\  'bash': 'shellscript', 'c': 'c', 'cpp': 'cpp', 'cs': 'csharp', 'css': 'css',
\  'dockerfile': 'dockerfile', 'elixir': 'elixir', 'go': 'go', 'html': 'html', 'java': 'java',
\  'javascript': 'javascript', 'javascriptreact': 'javascriptreact', 'json': 'json',
\  'kotlin': 'kotlin', 'make': 'makefile', 'markdown': 'markdown', 'php': 'php',
\  'python': 'python', 'ruby': 'ruby', 'rust': 'rust', 'sh': 'shellscript', 'sql': 'sql',
\  'swift': 'swift', 'toml': 'toml', 'typescript': 'typescript',
\  'typescriptreact': 'typescriptreact', 'yaml': 'yaml',
\}

function! s:Root(buffer) abort
  let l:git = finddir('.git', fnamemodify(bufname(a:buffer), ':p:h') . ';')
  return empty(l:git) ? fnamemodify(bufname(a:buffer), ':p:h') : fnamemodify(l:git, ':p:h:h')
endfunction

function! s:Define() abort
  for [l:filetype, l:language] in items(s:languages)
    call ale#linter#Define(l:filetype, {
    \  'name': 'lsp_learn',
    \  'lsp': 'stdio',
    \  'executable': s:command[0],
    \  'command': '%e ' . join(s:command[1:]),
    \  'language': l:language,
    \  'project_root': function('s:Root'),
    \})
    " Where linters are named, ours is named beside them; the others stay as they are.
    let l:named = get(get(g:, 'ale_linters', {}), l:filetype, v:null)
    if type(l:named) is v:t_list && index(l:named, 'lsp_learn') < 0
      call add(l:named, 'lsp_learn')
    endif
  endfor
endfunction

" At once, so that ALE starts the server with the first file; later where a plugin manager loads
" ALE after this file.
try
  call s:Define()
catch /^Vim\%((\a\+)\)\=:E117:/
  autocmd VimEnter * if exists(':ALEHover') | call s:Define() | call ale#Queue(0) | endif
endtry
