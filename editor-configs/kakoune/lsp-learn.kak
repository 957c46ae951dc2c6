# lsp-learn beside your other servers, with kakoune-lsp 18 or newer: paste into kakrc.
# Hover: lsp-hover    Explain this: lsp-code-actions

hook global BufSetOption filetype=(?:c|cpp|css|dockerfile|elixir|go|html|java|javascript|json|kotlin|makefile|markdown|php|python|ruby|rust|sh|sql|swift|toml|typescript|yaml) %{
    set-option -add buffer lsp_servers %{
        [lsp-learn]
        command = "lsp-learn"
        args = ["serve"]
        root_globs = [".git", ".hg"]
    }
}
