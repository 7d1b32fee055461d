-- Points, deductions and appeals; manifests, projects and compliance.
select 1;
