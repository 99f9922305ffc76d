//! Tools that build and deploy, and what they deploy to: Argo CD, GitLab, Jenkins, Kubernetes.

use super::{Advice, ERROR, Has, INFO, Is, LinkName, NOTHING, Sender, SeverityRule, WARNING, Word};

/// A build or a deployment.
const TOOL: Sender = Sender {
    advice: Advice::CheckDeployment,
    ..NOTHING
};

pub(super) const ROWS: &[Sender] = &[
    // https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/
    Sender {
        source: "argocd",
        conditions: &[
            Has("/app/metadata/name"),
            super::Any(&["/app/status/health/status", "/app/status/sync/status"]),
        ],
        severity: &[
            SeverityRule::Value(
                "/app/status/operationState/phase",
                &[("Failed", ERROR), ("Error", ERROR)],
            ),
            SeverityRule::Value(
                "/app/status/health/status",
                &[
                    ("Degraded", ERROR),
                    ("Missing", ERROR),
                    ("Unknown", WARNING),
                    ("Suspended", WARNING),
                ],
            ),
            SeverityRule::Value("/app/status/sync/status", &[("OutOfSync", WARNING)]),
            Word("/app/status/health/status"),
        ],
        status: &[
            (
                "/app/status/operationState/phase",
                &["Failed", "Error"],
                &[],
            ),
            (
                "/app/status/health/status",
                &["Degraded", "Missing"],
                &["Healthy"],
            ),
        ],
        title: &[
            "Argo CD {/app/metadata/name}: {/app/status/health/status}, sync {/app/status/sync/status}, {/app/status/operationState/phase} ¦ Argo CD {/app/metadata/name}: {/app/status/health/status}, 동기화 {/app/status/sync/status}, {/app/status/operationState/phase}",
            "Argo CD {/app/metadata/name}: {/app/status/health/status}",
            "Argo CD {/app/metadata/name}: {/app/status/sync/status}",
        ],
        message: &[
            "/app/status/operationState/message",
            "/app/status/conditions/0/message",
        ],
        service: &["/app/metadata/name"],
        given: &[
            ("revision", "/app/status/sync/revision"),
            ("project", "/app/spec/project"),
            ("repository", "/app/spec/source/repoURL"),
        ],
        links: &[(LinkName::Console, "/context/argocdUrl")],
        tags: &["/app/metadata/labels"],
        key: &["argocd/{/app/metadata/namespace}/{/app/metadata/name}"],
        ..TOOL
    },
    // https://docs.gitlab.com/user/project/integrations/webhook_events/#pipeline-events
    Sender {
        source: "gitlab",
        conditions: &[
            Is("/object_kind", &["pipeline", "build", "deployment"]),
            super::Any(&["/object_attributes/status", "/build_status", "/status"]),
        ],
        severity: &[
            Word("/object_attributes/status"),
            Word("/build_status"),
            Word("/status"),
        ],
        status: &[
            ("/object_attributes/status", &["failed"], &["success"]),
            ("/build_status", &["failed"], &["success"]),
            ("/status", &["failed"], &["success"]),
        ],
        title: &[
            "GitLab {/project/path_with_namespace}: {/object_attributes/ref} {/object_attributes/status|state} ¦ GitLab {/project/path_with_namespace}: {/object_attributes/ref} {/object_attributes/status|state}",
            "GitLab {/project_name}: {/build_name} {/build_status|state} ¦ GitLab {/project_name}: {/build_name} {/build_status|state}",
            "GitLab {/project/path_with_namespace}: {/environment} {/status|state} ¦ GitLab {/project/path_with_namespace}: {/environment} {/status|state}",
        ],
        message: &["/commit/message", "/build_failure_reason"],
        given: &[("branch", "/ref"), ("actor", "/user/name")],
        links: &[
            (LinkName::Console, "/object_attributes/url"),
            (LinkName::Console, "/deployable_url"),
            (LinkName::Console, "/project/web_url"),
        ],
        key: &[
            "gitlab/{/project/path_with_namespace}/{/object_attributes/ref}",
            "gitlab/{/project_name}/{/build_name}",
            "gitlab/{/project/path_with_namespace}/{/environment}",
        ],
        ..TOOL
    },
    // https://plugins.jenkins.io/notification/
    Sender {
        source: "jenkins",
        conditions: &[Has("/name"), Has("/build/phase")],
        severity: &[
            SeverityRule::Value(
                "/build/status",
                &[
                    ("FAILURE", ERROR),
                    ("UNSTABLE", WARNING),
                    ("ABORTED", WARNING),
                    ("NOT_BUILT", WARNING),
                    ("SUCCESS", INFO),
                ],
            ),
            SeverityRule::Value("/build/phase", &[("STARTED", INFO), ("QUEUED", INFO)]),
        ],
        status: &[("/build/status", &["FAILURE", "UNSTABLE"], &["SUCCESS"])],
        title: &[
            "Jenkins {/name}: build {/build/number} {/build/status|state} ¦ Jenkins {/name}: 빌드 {/build/number} {/build/status|state}",
            "Jenkins {/name}: build {/build/number} {/build/phase|state} ¦ Jenkins {/name}: 빌드 {/build/number} {/build/phase|state}",
            "Jenkins {/name}",
        ],
        message: &["/build/notes"],
        given: &[("branch", "/build/scm/branch")],
        links: &[(LinkName::Console, "/build/full_url")],
        key: &["jenkins/{/name}"],
        ..TOOL
    },
    // https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
    Sender {
        source: "kubernetes",
        conditions: &[Is("/kind", &["Event"]), Has("/reason")],
        severity: &[SeverityRule::Value(
            "/type",
            &[("Warning", WARNING), ("Normal", INFO)],
        )],
        title: &[
            "Kubernetes {/involvedObject/kind} {/involvedObject/namespace}/{/involvedObject/name}: {/reason}",
            "Kubernetes {/involvedObject/kind} {/involvedObject/name}: {/reason}",
            "Kubernetes {/regarding/kind} {/regarding/namespace}/{/regarding/name}: {/reason}",
            "Kubernetes: {/reason}",
        ],
        message: &["/message", "/note"],
        given: &[("count", "/count"), ("component", "/source/component")],
        key: &[
            "kubernetes/{/involvedObject/kind}/{/involvedObject/name}/{/reason}",
            "kubernetes/{/regarding/kind}/{/regarding/name}/{/reason}",
        ],
        advice: Advice::ReadLogs,
        ..NOTHING
    },
];
