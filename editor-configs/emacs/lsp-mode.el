;; lsp-learn beside your other servers, with lsp-mode: `:add-on? t' makes it a second server.

(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection '("lsp-learn" "serve"))
    :activation-fn (lsp-activate-on "c" "cpp" "csharp" "css" "dockerfile" "elixir" "go" "html" "java"
                                    "javascript" "json" "kotlin" "makefile" "markdown" "php" "python"
                                    "ruby" "rust" "shellscript" "sql" "swift" "toml" "typescript"
                                    "yaml")
    :add-on? t
    :priority -2
    ;; :initialization-options '(:level "intermediate")  ; docs/reference/settings.md
    :server-id 'lsp-learn)))
