from django.urls import path

from gold.views import (
    admission,
    audits,
    candidates,
    coverage,
    datasets,
    diffs,
    exports,
    growth,
    home,
    items,
    output_files,
    releases,
    runs,
)

app_name = "gold"

dataset_urls = [
    path("p/<uuid:uid>/gold/", datasets.dataset_list, name="datasets"),
    path("p/<uuid:uid>/gold/create/", datasets.create_dataset, name="dataset_create"),
    path("gold/<uuid:uid>/", datasets.dataset_page, name="dataset"),
    path("gold/<uuid:uid>/change/", datasets.change_dataset, name="dataset_change"),
    path("gold/<uuid:uid>/publish/", releases.publish, name="publish"),
]
admission_urls = [
    path("gold/<uuid:uid>/candidates/", candidates.candidate_list, name="candidates"),
    path("gold/<uuid:uid>/propose/", candidates.propose, name="propose"),
    path("gold/<uuid:uid>/check/", candidates.check_again, name="check"),
    path("gold/<uuid:uid>/decide/", candidates.decide, name="decide"),
    path("candidates/<uuid:uid>/reconsider/", candidates.reconsider, name="reconsider"),
    path("gold/<uuid:uid>/rules/", admission.rules_page, name="rules"),
    path("gold/<uuid:uid>/rules/change/", admission.rules_change, name="rules_change"),
    path("p/<uuid:uid>/exposures/", admission.exposure_list, name="exposures"),
    path("p/<uuid:uid>/exposures/tell/", admission.exposures_tell, name="exposures_tell"),
    path(
        "p/<uuid:uid>/exposures/withdraw/", admission.exposures_withdraw, name="exposures_withdraw"
    ),
]
release_urls = [
    path("releases/<uuid:uid>/", releases.release_page, name="release"),
    path("releases/<uuid:uid>/diff/", diffs.diff, name="diff"),
    path("releases/<uuid:uid>/diff.json", diffs.diff_json, name="diff_json"),
    path("releases/<uuid:uid>/export/", exports.export, name="export"),
    path("exports/<uuid:uid>/", exports.download, name="download"),
]
run_urls = [
    path("gold/<uuid:uid>/runs/", runs.run_list, name="runs"),
    path("gold/<uuid:uid>/runs/bring/", output_files.bring, name="run_bring"),
    path("outputs/<uuid:uid>/", output_files.output_file, name="output_file"),
    path("outputs/<uuid:uid>/progress/", output_files.progress, name="output_progress"),
    path("outputs/<uuid:uid>/confirm/", output_files.confirm, name="output_confirm"),
    path("outputs/<uuid:uid>/discard/", output_files.discard, name="output_discard"),
    path("outputs/<uuid:uid>/refused.jsonl", output_files.refused, name="output_refused_jsonl"),
    path("runs/<uuid:uid>/", runs.run_page, name="run"),
    path("runs/<uuid:uid>/rate/", runs.put_before_raters, name="run_rate"),
    path("runs/<uuid:uid>/remove/", runs.remove, name="run_remove"),
    path("releases/<uuid:uid>/inputs.jsonl", runs.inputs, name="inputs_jsonl"),
    path("gold/<uuid:uid>/growth/", growth.growth, name="growth"),
    path("gold/<uuid:uid>/growth.json", growth.figures, name="growth_json"),
]
item_urls = [
    path("gold/<uuid:uid>/items/", items.item_list, name="items"),
    path("gold/<uuid:uid>/items/tag/", items.tag, name="item_tag"),
    path("gold-items/<uuid:uid>/", items.gold_item, name="item"),
    path("gold-items/<uuid:uid>/edit/", items.edit, name="item_edit"),
    path("gold-items/<uuid:uid>/difference/", items.difference, name="item_difference"),
    path("gold-items/<uuid:uid>/restore/", items.restore, name="item_restore"),
    path("gold-items/<uuid:uid>/relabel/", items.relabel, name="item_relabel"),
    path("gold-items/<uuid:uid>/retire/", items.retire, name="retire"),
    path("gold-items/<uuid:uid>/reinstate/", items.reinstate, name="reinstate"),
]
audit_urls = [
    path("gold/<uuid:uid>/audits/", audits.audit_list, name="audits"),
    path("gold/<uuid:uid>/audits/create/", audits.create_audit, name="audit_create"),
    path("label-audits/<uuid:uid>/", audits.audit_page, name="audit"),
    path("label-audits/<uuid:uid>/finish/", audits.finish, name="audit_finish"),
    path("label-audits/<uuid:uid>/audit.json", audits.audit_json, name="audit_json"),
]
coverage_urls = [
    path("gold/<uuid:uid>/coverage/", coverage.coverage, name="coverage"),
    path("gold/<uuid:uid>/coverage.json", coverage.coverage_json, name="coverage_json"),
    path("gold/<uuid:uid>/next/", coverage.next_page, name="next"),
    path("gold/<uuid:uid>/next.csv", coverage.next_csv, name="next_csv"),
    path("gold/<uuid:uid>/next/add/", coverage.next_add, name="next_add"),
]
urlpatterns = [
    path("p/<uuid:uid>/", home.home, name="home"),
    *dataset_urls,
    *admission_urls,
    *item_urls,
    *release_urls,
    *audit_urls,
    *coverage_urls,
    *run_urls,
]
