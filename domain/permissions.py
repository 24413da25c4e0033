"""What a member of staff may do: permissions, and roles as named sets of them.

三员分立: who runs the system, who grants rights and who reads the audit trail are three people, so
their roles cannot be held together, nor with casework.
"""

from __future__ import annotations

from domain.labels import N_, Labelled


class Permission(Labelled):
    """Everything that can be allowed, in alphabetical order."""

    AUDIT_READ = "audit_read", N_("查看审计记录")
    CLUE_OPEN = "clue_open", N_("建立问题线索")
    CLUE_READ = "clue_read", N_("查看本室问题线索")
    CLUE_READ_ALL = "clue_read_all", N_("查看全部问题线索")
    EDITION_REVIEW = "edition_review", N_("审核、发布和撤回")
    EDITION_WRITE = "edition_write", N_("起草清单和公开事项")
    FEEDBACK_ANSWER = "feedback_answer", N_("答复提问和纠错")
    FEEDBACK_REVIEW = "feedback_review", N_("审核答复")
    IDENTITY_APPROVE = "identity_approve", N_("批准查看举报人身份")
    IDENTITY_READ = "identity_read", N_("查看举报人身份")
    IDENTITY_REQUEST = "identity_request", N_("申请查看举报人身份")
    IMPORT = "import", N_("导入工作簿")
    INTEGRITY_LINK = "integrity_link", N_("归入廉政档案")
    INTEGRITY_READ = "integrity_read", N_("查阅廉政档案")
    OBLIGATION_MANAGE = "obligation_manage", N_("管理公开任务和工作日历")
    REPORT_DECIDE = "report_decide", N_("受理、不予受理和转交举报")
    REPORT_OPEN = "report_open", N_("拆阅举报")
    REPORT_QUEUE = "report_queue", N_("查看举报队列")
    STAFF_READ = "staff_read", N_("查看人员名单")
    SYNONYM_MANAGE = "synonym_manage", N_("管理搜索说法")


class Role(Labelled):
    """The positions people hold in the system."""

    AUDITOR = "auditor", N_("安全审计员")
    CADRE_SUPERVISOR = "cadre_supervisor", N_("干部监督室经办人")
    CASE_MANAGER = "case_manager", N_("案件监督管理室经办人")
    CHIEF = "chief", N_("委领导")
    CUSTODIAN = "custodian", N_("保密专员")
    EDITOR = "editor", N_("单位编辑")
    INTAKE_OFFICER = "intake_officer", N_("信访室经办人")
    INVESTIGATOR = "investigator", N_("纪检监察室经办人")
    REVIEWER = "reviewer", N_("公开审核人")
    SECURITY_ADMIN = "security_admin", N_("安全保密管理员")
    SYSTEM_ADMIN = "system_admin", N_("系统管理员")


_CASEWORK = frozenset(
    {
        Permission.CLUE_OPEN,
        Permission.CLUE_READ,
        Permission.IDENTITY_REQUEST,
        Permission.INTEGRITY_LINK,
        Permission.REPORT_DECIDE,
        Permission.REPORT_OPEN,
        Permission.REPORT_QUEUE,
    }
)

ROLES: dict[Role, frozenset[Permission]] = {
    Role.AUDITOR: frozenset({Permission.AUDIT_READ}),
    Role.CADRE_SUPERVISOR: _CASEWORK | {Permission.INTEGRITY_READ},
    Role.CASE_MANAGER: _CASEWORK | {Permission.CLUE_READ_ALL, Permission.INTEGRITY_READ},
    Role.CHIEF: frozenset(
        {
            Permission.CLUE_READ,
            Permission.CLUE_READ_ALL,
            Permission.IDENTITY_APPROVE,
            Permission.INTEGRITY_READ,
            Permission.OBLIGATION_MANAGE,
            Permission.SYNONYM_MANAGE,
        }
    ),
    Role.CUSTODIAN: frozenset({Permission.IDENTITY_READ}),
    Role.EDITOR: frozenset(
        {Permission.EDITION_WRITE, Permission.FEEDBACK_ANSWER, Permission.IMPORT}
    ),
    Role.INTAKE_OFFICER: _CASEWORK,
    Role.INVESTIGATOR: _CASEWORK | {Permission.INTEGRITY_READ},
    Role.REVIEWER: frozenset(
        {
            Permission.EDITION_REVIEW,
            Permission.FEEDBACK_REVIEW,
            Permission.OBLIGATION_MANAGE,
            Permission.SYNONYM_MANAGE,
        }
    ),
    Role.SECURITY_ADMIN: frozenset({Permission.STAFF_READ}),
    Role.SYSTEM_ADMIN: frozenset({Permission.STAFF_READ}),
}

ADMINISTRATORS = frozenset({Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN})


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All that a set of roles allows together."""
    return frozenset().union(*(ROLES[role] for role in roles))


def compatible(roles: frozenset[Role]) -> bool:
    """Whether one person may hold these roles: an administrator's role stands alone (三员分立)."""
    return len(roles) <= 1 or not roles & ADMINISTRATORS
