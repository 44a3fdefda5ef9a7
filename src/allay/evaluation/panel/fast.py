from allay.evaluation.panel.engines import run_portable as run_fast  # placeholder
