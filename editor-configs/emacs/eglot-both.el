;; Your Python server and lsp-learn in one Eglot buffer, through the multiplexer rassumfrassum
;; (`pip install rassumfrassum') and the preset lsplearn.py, which shows both hovers.
;; Name your own server in the first line.

(setenv "LSP_LEARN_MAIN" "pyright-langserver --stdio")
(setenv "LSP_LEARN_SIDE" "lsp-learn")
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("rass" "lsplearn"))))
