;; lsp-learn with Eglot. Eglot starts one server a buffer: this takes the place of your own
;; servers. To have both, use eglot-both.el; with lsp-mode both run anyway.

(with-eval-after-load 'eglot
  (dolist (modes '((c-mode c-ts-mode) (c++-mode c++-ts-mode) (css-mode css-ts-mode)
                   (go-mode go-ts-mode) (html-mode) (java-mode java-ts-mode)
                   (js-mode js-ts-mode) (python-mode python-ts-mode) (ruby-mode ruby-ts-mode)
                   (rust-mode rust-ts-mode) (sh-mode bash-ts-mode) (sql-mode)
                   (typescript-mode typescript-ts-mode) (yaml-mode yaml-ts-mode)))
    (add-to-list 'eglot-server-programs (cons modes '("lsp-learn" "serve"))))
  ;; Eglot names the language after the mode; these are called otherwise in the protocol.
  (put 'sh-mode 'eglot-language-id "shellscript")
  (put 'bash-ts-mode 'eglot-language-id "shellscript"))
