import subprocess, sys, json
def test_x(product_environment, many_snippets, tmp_path):
    def run(*w):
        r = subprocess.run([sys.executable,"-m","lsp_learn",*w],env=product_environment,capture_output=True,text=True)
        print(w, r.returncode, r.stdout[:1500], r.stderr[-500:]); return r
    run("search","print77","--json"); run("doctor"); run("search","print77"); run("pack", "list")
    subprocess.run(["find", str(tmp_path/"cache")])
