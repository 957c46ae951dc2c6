;;; lsp-mode.el --- lsp-learn beside your other servers, with lsp-mode -*- lexical-binding: t -*-

;; Paste into your init file (a file of this name on the load path would hide lsp-mode itself).
;; `:add-on? t' makes it a second server.

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

;;; lsp-mode.el ends here
