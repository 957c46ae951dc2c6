;;; eglot.el --- lsp-learn as the Python server of Eglot -*- lexical-binding: t -*-

;; Paste into your init file (a file of this name on the load path would hide Eglot itself).
;; Eglot starts one server a buffer: this takes the place of your Python server.
;; With lsp-mode both can run, see lsp-mode.el.

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((python-mode python-ts-mode) . ("lsp-learn" "serve"))))

;;; eglot.el ends here
