"""What can be wrong with a request or with us, and the ONE table from error type to problem+json (RFC 9457).

    ApiError
    ├── BadTimeError            not RFC 3339
    │   └── NaiveTimeError      a time without offset
    ├── BadIntervalError        not start/end
    │   └── RangeTooLongError   more than one request may ask for
    ├── BadBboxError
    ├── BadCursorError
    ├── PageTooLargeError
    ├── VehicleNotFoundError
    ├── EventNotFoundError
    ├── CommandNotFoundError
    ├── TerminalConfigNotFoundError
    ├── AnswerTooLargeError
    ├── TooManyStreamsError
    ├── AreaNotFoundError
    ├── UpgradeNeededError      plain HTTP where a WebSocket is spoken
    ├── WrongOriginError        a page of another site
    ├── NoSuchFormatError       an export of this thing is not made in this format
    ├── BadOrderError
    ├── TooManyExportsError
    ├── ExportNotFoundError
    ├── ExportNotReadyError
    ├── BasemapNotFoundError
    ├── ScanInFutureError
    ├── ProjectNotFoundError
    ├── RegisterItemNotFoundError
    ├── RegisterRefusedError
    ├── RegisterItemThereError
    ├── ChangedMeanwhileError
    ├── VersionRequiredError
    ├── StillReferredToError
    ├── PermitStepError
    ├── PhotoNotFoundError
    ├── ChannelNotFoundError
    ├── SubscriptionNotFoundError
    ├── DeliveryNotFoundError
    ├── ReportNotFoundError
    ├── ShareNotFoundError
    ├── ShareExpiredError       a link that has ended, or whose maker lost sight of what it shows
    ├── TargetRefusedError       where nothing may be sent to
    ├── TooManyOfThemError
    ├── UnknownParameterError   a query parameter that the resource does not have
    ├── BadLimitsError
    ├── TrialNotFoundError
    ├── NotLoggedInError
    │   └── WrongPasswordError
    ├── TooManyLoginsError      locked after failures
    ├── PasswordChangeNeededError
    ├── WeakPasswordError
    ├── TooManyRequestsError
    ├── BodyTooLargeError
    ├── BodyTooSlowError
    ├── UserNotFoundError
    ├── KeyNotFoundError
    ├── NotPermittedError
    └── NotReadyError

A client may rely on `type` and `status`; titles and details are for people. What is not in the table is our bug: it is
answered as `internal-error` without a word of the exception, and the exception goes to the log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem
from fastapi_problem.handler import ExceptionHandler, add_exception_handler, new_exception_handler
from starlette.exceptions import HTTPException

from storage.errors import (
    AppealedAlready,
    DecidedAlready,
    EditedMeanwhile,
    InvalidCommand,
    KindNotAllowed,
    LimitsChanged,
    LimitsRefused,
    PaperConflict,
    StorageError,
    TooManyCommands,
    TooManyTrials,
    UnknownEntry,
    UnknownPaper,
    UnknownTerminal,
    UserRefused,
)
from supervision.cases.errors import (
    BadPhoto,
    BadReport,
    BadRoster,
    CaseMovedOn,
    CaseRefused,
    NobodyOnDuty,
    StepIncomplete,
    StepNotAllowed,
    StepNotPermitted,
    TooManyReports,
    UnknownCase,
)
from supervision.permits.errors import (
    ApplicationMovedOn,
    ApplicationRefused,
    ApplicationStepRefused,
    NotTheirsToDecide,
    UnknownApplication,
)

PROBLEM_URI = "/problems/{type}"


class ApiError(Exception):
    """A request that cannot be answered as asked; the message becomes the problem's `detail`.

    Attributes:
        facts: Further members of the problem, for programs.
    """

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.facts = facts


class BadTimeError(ApiError):
    """A time is not RFC 3339."""


class NaiveTimeError(BadTimeError):
    """A time has no offset, so that nobody can know which instant is meant."""


class BadIntervalError(ApiError):
    """A time range is not `start/end`."""


class RangeTooLongError(BadIntervalError):
    """A time range is longer than one request may ask for."""


class BadBboxError(ApiError):
    """A bounding box is not four degrees in order."""


class BadCursorError(ApiError):
    """A cursor was not made by this resource."""


class PageTooLargeError(ApiError):
    """A page is larger than one request may ask for."""


class VehicleNotFoundError(ApiError):
    """No vehicle has this id."""


class EventNotFoundError(ApiError):
    """No event has this id."""


class CommandNotFoundError(ApiError):
    """No command has this id."""


class TerminalConfigNotFoundError(ApiError):
    """The terminal has accepted no settings."""


class AnswerTooLargeError(ApiError):
    """The answer would hold more rows than one answer may."""


class TooManyStreamsError(ApiError):
    """Every event stream is taken."""


class AreaNotFoundError(ApiError):
    """No site, dump point, zone or district has this id."""


class UpgradeNeededError(ApiError):
    """A plain request where a WebSocket is spoken."""


class WrongOriginError(ApiError):
    """A page of another site wants to use this browser's login."""


class BadOrderError(ApiError):
    """An export of this asks for too much, or for nothing that there is."""


class TooManyExportsError(ApiError):
    """The user has as many exports in work as one may."""


class NoSuchFormatError(ApiError):
    """What is asked for is not exported in this format."""


class ExportNotFoundError(ApiError):
    """The viewer has ordered no export of this id, or it has expired."""


class ExportNotReadyError(ApiError):
    """An export's file is not there yet, or could not be made."""


class BasemapNotFoundError(ApiError):
    """The operator gave no such base map."""


class ScanInFutureError(ApiError):
    """A scan of a manifest claims a time that has not come."""


class ProjectNotFoundError(ApiError):
    """There is no such project in the viewer's sight."""


class RegisterItemNotFoundError(ApiError):
    """No item of the register has this id."""


class RegisterRefusedError(ApiError):
    """Items of a register are not what they must be; each fault is told, and nothing was changed."""


class RegisterItemThereError(ApiError):
    """An item of this id is there already."""


class ChangedMeanwhileError(ApiError):
    """Somebody else changed the item since it was read."""


class VersionRequiredError(ApiError):
    """Whoever changes an item must say which version of it was read."""


class StillReferredToError(ApiError):
    """Other items refer to the one that shall go."""


class PermitStepError(ApiError):
    """The permit cannot take this step from what it is."""


class PhotoNotFoundError(ApiError):
    """No photo has this id."""


class ChannelNotFoundError(ApiError):
    """The user has no such channel or webhook."""


class SubscriptionNotFoundError(ApiError):
    """The user has no such subscription."""


class DeliveryNotFoundError(ApiError):
    """The user has no such delivery."""


class ReportNotFoundError(ApiError):
    """No report of another bureau has this number, or no truck this id."""


class ShareNotFoundError(ApiError):
    """No link has this token, or the user has made none of this id that can be opened."""


class ShareExpiredError(ApiError):
    """A link has ended, or its maker may not see any more what it shows."""


class TargetRefusedError(ApiError):
    """A channel or webhook names somewhere that nothing may be sent to."""


class TooManyOfThemError(ApiError):
    """Somebody has as many of a thing as one may have."""


class BadLimitsError(ApiError):
    """A document of limits names what is no setting."""


class TrialNotFoundError(ApiError):
    """There is no such trial."""


class NotLoggedInError(ApiError):
    """Nobody is known by what the request carries."""


class UnknownParameterError(ApiError):
    """A query parameter that the resource does not have, and that would do nothing."""


class WrongPasswordError(NotLoggedInError):
    """Name and password do not go together; not told which."""


class TooManyLoginsError(ApiError):
    """Log-ins of this name or from this address failed too often."""


class PasswordChangeNeededError(ApiError):
    """The password was given by somebody else and must be changed first."""


class WeakPasswordError(ApiError):
    """A password that is guessed too easily."""


class TooManyRequestsError(ApiError):
    """More requests than a user may make in a minute."""


class BodyTooLargeError(ApiError):
    """A body is longer than one request may send; it was not read to its end."""


class BodyTooSlowError(ApiError):
    """A body did not come in time."""


class StoppedReading(HTTPException):
    """What ended the reading of a body: FastAPI passes on no other class of exception from there."""

    def __init__(self, error: Exception) -> None:
        super().__init__(kind_of(error).status)
        self.error = error


class UserNotFoundError(ApiError):
    """No user has this name."""


class KeyNotFoundError(ApiError):
    """No key in force has this id."""


class NotPermittedError(ApiError):
    """The user's role may not do this."""


class NotReadyError(ApiError):
    """A part that this service needs does not answer, or lags."""


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One row of the table.

    Attributes:
        name: Last part of the problem's `type`; never changes once published.
        status: HTTP status.
        title: What it means, in English.
        title_zh: Likewise in Chinese.
        detail: Said where the error itself has nothing that may be shown.
        retry_after_s: When to try again; None where that would not help. [s]
    """

    name: str
    status: int
    title: str
    title_zh: str
    detail: str | None = None
    retry_after_s: int | None = None


INTERNAL_ERROR = ProblemKind(
    "internal-error",
    500,
    "The server made a mistake",
    "服务器内部错误",
    "It has been logged; nothing is wrong with the request.",
)

PROBLEMS: dict[type[Exception], ProblemKind] = {
    NaiveTimeError: ProblemKind("naive-time", 422, "A time has no offset", "时间缺少时区偏移"),
    BadTimeError: ProblemKind("bad-time", 422, "A time is not RFC 3339", "时间不符合 RFC 3339"),
    RangeTooLongError: ProblemKind("range-too-long", 422, "The time range is too long", "时间范围过长"),
    BadIntervalError: ProblemKind("bad-interval", 422, "A time range is not start/end", "时间范围不是“起/止”"),
    BadBboxError: ProblemKind("bad-bbox", 422, "A bounding box cannot be read", "矩形范围无法识别"),
    BadCursorError: ProblemKind("bad-cursor", 422, "The cursor is not of this list", "翻页游标无效"),
    PageTooLargeError: ProblemKind("page-too-large", 422, "The page is too large", "每页条数过多"),
    RequestValidationError: ProblemKind("invalid-request", 422, "The request is not valid", "请求参数无效"),
    VehicleNotFoundError: ProblemKind("vehicle-not-found", 404, "There is no such vehicle", "车辆不存在"),
    EventNotFoundError: ProblemKind("event-not-found", 404, "There is no such event", "事件不存在"),
    CommandNotFoundError: ProblemKind("command-not-found", 404, "There is no such command", "指令不存在"),
    TerminalConfigNotFoundError: ProblemKind(
        "terminal-config-not-found", 404, "The terminal has accepted no settings", "终端没有已接受的参数"
    ),
    UnknownTerminal: ProblemKind(
        "terminal-not-found", 404, "There is no such terminal in service", "终端不存在或未启用"
    ),
    KindNotAllowed: ProblemKind(
        "command-not-allowed", 403, "The city does not allow commands of this kind", "本市未开放此类指令"
    ),
    InvalidCommand: ProblemKind("invalid-command", 422, "The command cannot be sent", "指令无效"),
    TooManyCommands: ProblemKind(
        "too-many-commands", 409, "The terminal has not answered what it was sent before", "终端未应答的指令过多"
    ),
    UnknownEntry: ProblemKind(
        "score-entry-not-found", 404, "There is no such deduction or appeal", "扣分记录或申诉不存在"
    ),
    AppealedAlready: ProblemKind("appealed-already", 409, "The deduction was appealed before", "该扣分已申诉"),
    DecidedAlready: ProblemKind("decided-already", 409, "The appeal was decided before", "该申诉已裁定"),
    UnknownPaper: ProblemKind("paper-not-found", 404, "It is not in the registers", "登记信息不存在"),
    PaperConflict: ProblemKind("paper-conflict", 409, "It was done before, otherwise", "已办理，内容不一致"),
    ScanInFutureError: ProblemKind("scan-in-future", 422, "The scan has not happened yet", "扫码时间在未来"),
    ProjectNotFoundError: ProblemKind("project-not-found", 404, "There is no such project", "重点工程不存在"),
    UnknownCase: ProblemKind("case-not-found", 404, "There is no such case", "案件不存在"),
    StepNotPermitted: ProblemKind(
        "step-not-permitted", 403, "The role may not take this step", "当前角色不能执行此步骤"
    ),
    CaseMovedOn: ProblemKind("case-moved-on", 409, "Somebody else was faster", "案件已被他人更新"),
    StepNotAllowed: ProblemKind(
        "step-not-allowed", 409, "The case allows no such step now", "案件当前状态不允许此步骤"
    ),
    StepIncomplete: ProblemKind("step-incomplete", 422, "Something is missing or wrong", "步骤内容不完整"),
    NobodyOnDuty: ProblemKind("nobody-on-duty", 409, "The roster names nobody", "当前无人值班"),
    TooManyReports: ProblemKind("too-many-reports", 429, "Too many reports", "举报过于频繁", retry_after_s=600),
    BadReport: ProblemKind("bad-report", 422, "The report cannot be taken", "举报内容无效"),
    BadPhoto: ProblemKind("bad-photo", 422, "The photo cannot be read", "照片无法识别"),
    PhotoNotFoundError: ProblemKind("photo-not-found", 404, "There is no such photo", "照片不存在"),
    BadRoster: ProblemKind("bad-roster", 422, "The roster contradicts itself", "值班表无效"),
    BadLimitsError: ProblemKind("bad-limits", 422, "It is no setting of a rule", "规则参数无效"),
    TrialNotFoundError: ProblemKind("trial-not-found", 404, "There is no such trial", "试算不存在"),
    LimitsRefused: ProblemKind("limits-refused", 422, "The settings do not fit the registers", "参数与登记信息不符"),
    EditedMeanwhile: ProblemKind("edited-meanwhile", 409, "Somebody else changed it meanwhile", "内容已被他人修改"),
    LimitsChanged: ProblemKind("limits-changed", 409, "The settings were changed meanwhile", "规则参数已被他人修改"),
    TooManyTrials: ProblemKind("too-many-trials", 409, "Enough trials are under way", "正在试算的任务过多"),
    AnswerTooLargeError: ProblemKind("answer-too-large", 413, "The answer would be too large", "结果过大"),
    TooManyStreamsError: ProblemKind(
        "too-many-streams", 503, "Every event stream is taken", "事件流已满", retry_after_s=5
    ),
    AreaNotFoundError: ProblemKind("area-not-found", 404, "There is no such area", "区域不存在"),
    BadOrderError: ProblemKind("bad-order", 422, "This cannot be exported", "无法按此条件导出"),
    TooManyExportsError: ProblemKind(
        "too-many-exports", 429, "Too many exports are in work", "进行中的导出任务过多", retry_after_s=30
    ),
    NoSuchFormatError: ProblemKind("no-such-format", 422, "It is not exported in this format", "不支持此导出格式"),
    ExportNotFoundError: ProblemKind("export-not-found", 404, "There is no such export", "导出任务不存在"),
    ExportNotReadyError: ProblemKind("export-not-ready", 409, "The export has no file yet", "导出文件尚未就绪"),
    UpgradeNeededError: ProblemKind("upgrade-needed", 426, "This is a WebSocket", "此地址为 WebSocket"),
    WrongOriginError: ProblemKind("wrong-origin", 403, "The page is of another site", "页面来源不被允许"),
    BasemapNotFoundError: ProblemKind("basemap-not-found", 404, "There is no such base map", "未配置该底图"),
    RegisterItemNotFoundError: ProblemKind(
        "register-item-not-found", 404, "There is no such item in the register", "登记项不存在"
    ),
    RegisterRefusedError: ProblemKind(
        "register-refused", 422, "Items are not what the register expects", "登记内容有误，未作任何更改"
    ),
    RegisterItemThereError: ProblemKind("register-item-there", 409, "The item is there already", "登记项已存在"),
    ChangedMeanwhileError: ProblemKind(
        "changed-meanwhile", 412, "Somebody else changed it meanwhile", "内容已被他人修改"
    ),
    VersionRequiredError: ProblemKind(
        "version-required", 428, "The version that was read must be named", "须注明所读取的版本"
    ),
    StillReferredToError: ProblemKind("still-referred-to", 409, "Other items refer to it", "仍被其他登记项引用"),
    PermitStepError: ProblemKind(
        "permit-step-refused", 409, "The permit cannot take this step now", "准运证当前状态不允许此操作"
    ),
    UnknownApplication: ProblemKind("permit-application-not-found", 404, "There is no such application", "申请不存在"),
    ApplicationMovedOn: ProblemKind("permit-application-moved-on", 409, "Somebody else was faster", "申请已被他人办理"),
    ApplicationStepRefused: ProblemKind(
        "permit-application-step-refused", 409, "The application cannot take this step now", "申请当前状态不允许此操作"
    ),
    NotTheirsToDecide: ProblemKind(
        "not-theirs-to-decide", 403, "The step is somebody else's to take", "此步骤不由当前用户办理"
    ),
    ChannelNotFoundError: ProblemKind("channel-not-found", 404, "There is no such channel", "通道不存在"),
    SubscriptionNotFoundError: ProblemKind(
        "subscription-not-found", 404, "There is no such subscription", "订阅不存在"
    ),
    DeliveryNotFoundError: ProblemKind("delivery-not-found", 404, "There is no such delivery", "推送记录不存在"),
    ReportNotFoundError: ProblemKind("report-not-found", 404, "There is no such report", "通报不存在"),
    ShareNotFoundError: ProblemKind("share-not-found", 404, "There is no such link", "分享链接不存在"),
    ShareExpiredError: ProblemKind("share-expired", 410, "The link has ended", "分享链接已失效"),
    TargetRefusedError: ProblemKind("target-refused", 422, "Nothing may be sent there", "推送地址不可用"),
    TooManyOfThemError: ProblemKind("too-many-of-them", 409, "There are as many as there may be", "数量已达上限"),
    NotLoggedInError: ProblemKind("not-logged-in", 401, "Nobody is logged in", "未登录或登录已过期"),
    UnknownParameterError: ProblemKind(
        "unknown-parameter", 422, "The resource has no such parameter", "没有这个查询参数"
    ),
    WrongPasswordError: ProblemKind("wrong-password", 401, "Name or password is wrong", "用户名或密码错误"),
    TooManyLoginsError: ProblemKind(
        "too-many-logins", 429, "Too many failed log-ins", "登录失败次数过多，请稍后再试", retry_after_s=30
    ),
    PasswordChangeNeededError: ProblemKind(
        "password-change-needed", 403, "The password must be changed first", "请先修改初始密码"
    ),
    WeakPasswordError: ProblemKind("weak-password", 422, "The password is too weak", "密码强度不足"),
    TooManyRequestsError: ProblemKind("too-many-requests", 429, "Too many requests", "请求过于频繁", retry_after_s=10),
    BodyTooLargeError: ProblemKind("request-entity-too-large", 413, "The body is too long", "请求内容过大"),
    BodyTooSlowError: ProblemKind("request-timeout", 408, "The body came too slowly", "上传超时"),
    UserNotFoundError: ProblemKind("user-not-found", 404, "There is no such user", "用户不存在"),
    UserRefused: ProblemKind("user-refused", 409, "The user cannot be like that", "用户信息不符合要求"),
    KeyNotFoundError: ProblemKind("key-not-found", 404, "There is no such key in force", "密钥不存在或已吊销"),
    NotPermittedError: ProblemKind("not-permitted", 403, "The role may not do this", "当前角色无此权限"),
    NotReadyError: ProblemKind("not-ready", 503, "The service is not ready", "服务未就绪", retry_after_s=5),
    psycopg.errors.QueryCanceled: ProblemKind(
        "query-timeout", 503, "The database took too long", "数据库查询超时", "Ask for less, or later.", retry_after_s=5
    ),
    psycopg.OperationalError: ProblemKind(
        "database-unavailable",
        503,
        "The database does not answer",
        "数据库不可用",
        "The service recovers by itself once the database is back.",
        retry_after_s=2,
    ),
    Exception: INTERNAL_ERROR,
}


# What the framework refuses by itself, by HTTP status.
REFUSALS: dict[int, ProblemKind] = {
    kind.status: kind
    for kind in (
        ProblemKind("bad-request", 400, "The body cannot be read", "请求内容无法解析"),
        ProblemKind("not-found", 404, "There is nothing at this address", "地址不存在"),
        ProblemKind("method-not-allowed", 405, "The address does not take this method", "该地址不支持此请求方法"),
        ProblemKind("unsupported-media-type", 415, "The body is of another type", "不支持的请求内容类型"),
        ProblemKind("requested-range-not-satisfiable", 416, "The file has no such range", "文件没有请求的范围"),
    )
}


def kind_of(error: Exception) -> ProblemKind:
    """Return the table's row for the error's own type, or for its nearest ancestor; of HTTP's own the status'."""
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        name = status.phrase.lower().replace(" ", "-")
        kind = REFUSALS.get(status) or ProblemKind(name, status, status.phrase, status.phrase)
        return replace(kind, detail=error.detail)
    return next(PROBLEMS[ancestor] for ancestor in type(error).__mro__ if ancestor in PROBLEMS)


def install_errors(app: FastAPI) -> None:
    """Answer every error of the app as problem+json."""
    handler = new_exception_handler(handlers={Exception: _to_problem}, documentation_uri_template=PROBLEM_URI)
    add_exception_handler(app, handler, generic_swagger_defaults=False)
    for error_type in PROBLEMS:
        # A handler for the type itself, because Starlette logs what only the one for `Exception` catches as our bug.
        app.add_exception_handler(error_type, handler)


def problem_responses(*error_types: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says about these errors, an example each; for `responses=` of a route."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in (PROBLEMS[error_type] for error_type in error_types):
        schema = {"$ref": "#/components/schemas/Problem"}
        empty = {"description": kind.title, "content": {"application/problem+json": {"schema": schema, "examples": {}}}}
        content = responses.setdefault(kind.status, empty)["content"]["application/problem+json"]
        example = Problem(kind.title, type_=kind.name, detail=kind.detail, status=kind.status)
        content["examples"][kind.name] = {"value": example.marshal(uri=PROBLEM_URI)}
    return responses


def _to_problem(_handler: ExceptionHandler, request: Request, error: Exception) -> Problem:
    if isinstance(error, StoppedReading):
        error = error.error
    kind = kind_of(error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    retry_after_s = _facts(error).get("retry_after_s", kind.retry_after_s)
    if retry_after_s is not None:
        headers["retry-after"] = str(retry_after_s)
    if kind.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return Problem(
        kind.title_zh if _prefers_chinese(request) else kind.title,
        type_=kind.name,
        detail=_writable(_detail(error, kind)),
        status=kind.status,
        headers=headers,
        **_writable_facts(_facts(error)),
    )


def _detail(error: Exception, kind: ProblemKind) -> str | None:
    if isinstance(error, ApiError | ApplicationRefused | CaseRefused) or (
        isinstance(error, StorageError) and kind is not INTERNAL_ERROR
    ):
        return str(error)
    if isinstance(error, RequestValidationError):
        return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
    return kind.detail


def _writable(text: str | None) -> str | None:
    """Return a text that UTF-8 can write: JSON may name half a character, which a detail would repeat."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode()


def _writable_facts(facts: Any) -> Any:
    """Return facts likewise: names and keys that somebody sent stand among them."""
    if isinstance(facts, str):
        return _writable(facts)
    if isinstance(facts, dict):
        return {_writable_facts(name): _writable_facts(value) for name, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [_writable_facts(each) for each in facts]
    return facts


def _facts(error: Exception) -> dict[str, Any]:
    if isinstance(error, RequestValidationError):
        # `input` and `ctx` are left out: they may hold what JSON cannot, and repeat what the client sent.
        return {"errors": [{key: fault[key] for key in ("type", "loc", "msg")} for fault in error.errors()]}
    if isinstance(error, EditedMeanwhile):
        facts: dict[str, Any] = orjson.loads(orjson.dumps(error.facts))  # times and ids as JSON has them
        return facts
    return error.facts if isinstance(error, ApiError | ApplicationRefused | CaseRefused) else {}


def _prefers_chinese(request: Request) -> bool:
    return request.headers.get("accept-language", "").lower().startswith("zh")
