"""How the house is shown in a browser: the only place that knows a web request."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin

import models
from views import (
    account,
    administration,
    attachments,
    audit,
    books,
    calendar,
    channels,
    contents,
    desk,
    door,
    drafts,
    health,
    jobs,
    leaving,
    notices,
    numbers,
    options,
    plans,
    reports,
    returns,
    room,
    roster,
    rules,
    settings,
    survey,
    verify,
)
from views.register_view import RegisterView
from views.routing import LateRule


def mount(app: Flask) -> None:
    """Put every page on the application: the door, the desk, a view for each register, and the rooms beside."""
    app.url_rule_class = LateRule
    door.hang(app)
    admin = Admin(app, name="Taizhang", index_view=desk.DeskView(url="/", endpoint="desk"))
    for chapter in models.shelf():
        for register in chapter.registers:
            admin.add_view(RegisterView(register, chapter))
    app.after_request(contents.remember)
    admin.add_view(contents.ContentsView(endpoint="contents", url="/registers"))
    admin.add_view(rules.RulesView(endpoint="rules", url="/rules"))
    admin.add_view(leaving.HandoverView(endpoint="handover", url="/handover"))
    admin.add_view(calendar.CalendarView(endpoint="calendar", url="/calendar"))
    admin.add_view(settings.SettingsView(endpoint="settings", url="/settings"))
    admin.add_view(roster.RosterView(endpoint="roster", url="/roster"))
    admin.add_view(plans.PlansView(endpoint="plans", url="/plans"))
    admin.add_view(survey.SurveyView(endpoint="survey", url="/survey"))
    admin.add_view(reports.ReportsView(endpoint="reports", url="/reports"))
    admin.add_view(books.BooksView(endpoint="books", url="/books"))
    admin.add_view(returns.ReturnsView(endpoint="returns", url="/returns"))
    admin.add_view(numbers.NumbersView(endpoint="numbers", url="/numbers"))
    admin.add_view(notices.NoticesView(endpoint="notices", url="/notices"))
    admin.add_view(jobs.JobsView(endpoint="jobs", url="/jobs"))
    admin.add_view(channels.ChannelsView(endpoint="channels", url="/channels"))
    admin.add_view(audit.AuditView(endpoint="audit", url="/audit"))
    admin.add_view(room.RoomView(endpoint="room", url="/audit/room"))
    admin.add_view(administration.AccountsView(endpoint="accounts", url="/accounts"))
    admin.add_view(administration.SitesView(endpoint="sites", url="/sites"))
    for each in (account, attachments, drafts, health, options, verify):
        app.register_blueprint(each.blueprint)
