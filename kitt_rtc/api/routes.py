"""Every door on one page. The routes, their guards and the OpenAPI document are made from this table.

How to add one: docs/adding-a-route.md.
"""

from collections.abc import Sequence
from functools import partial

from aiohttp import web

from kitt_rtc import __version__
from kitt_rtc.api import (
    advice_forms,
    audio,
    call_forms,
    calls,
    case_forms,
    cases,
    coach,
    coach_forms,
    demo,
    events,
    forms,
    gap_forms,
    gaps,
    hand_over,
    health,
    knowledge,
    knowledge_forms,
    leg_forms,
    legs,
    pages,
    phone,
    phone_forms,
    profile_forms,
    profiles,
    proposal_forms,
    proposals,
    reception,
    reception_forms,
    recording,
    rtc,
    rtc_forms,
    speaker_forms,
    speakers,
    stories,
    summaries,
    voice,
    webhook_forms,
)
from kitt_rtc.api.door import Door, Handler, Who
from kitt_rtc.api.guard import CALLER
from kitt_rtc.api.keys import DOCUMENT, GUARD, OPTIONS
from kitt_rtc.api.openapi import document
from kitt_rtc.model.errors import NotAllowed

ANYONE, OPERATOR, CALLER_ONLY, NETWORK = Who.ANYONE, Who.OPERATOR, Who.CALLER, Who.NETWORK

FORM = "application/x-www-form-urlencoded"

DOORS: tuple[Door, ...] = (
    # calls
    Door("POST", "/calls/start", calls.start, OPERATOR, "calls", "Start a call",
         body=call_forms.StartForm, body_needed=False, answer=call_forms.Started),
    Door("POST", "/calls/{session_id}/token", calls.token, CALLER_ONLY, "calls", "A fresh token of a live call",
         answer=call_forms.TokenMade),
    Door("POST", "/calls/{session_id}/end", calls.end, CALLER_ONLY, "calls", "End a call", answer=call_forms.Ended),
    Door("GET", "/calls/{session_id}/state", calls.state, CALLER_ONLY, "calls", "How the call stands",
         answer=call_forms.State),
    Door("POST", "/calls/{session_id}/legs/{leg_id}/hold", legs.hold, CALLER_ONLY, "calls",
         "Put somebody on hold, or take them back", body=leg_forms.HoldForm, answer=leg_forms.Held),
    Door("POST", "/calls/{session_id}/legs/{leg_id}/keys", legs.keys, CALLER_ONLY, "calls",
         "Press keys into somebody's line", body=leg_forms.KeysForm, answer=leg_forms.KeysSent),
    Door("POST", "/calls/{session_id}/speakers", speakers.register, CALLER_ONLY, "calls",
         "Name somebody who shares a microphone", body=speaker_forms.NameForm, answer=speaker_forms.SpeakerTold),
    Door("POST", "/calls/{session_id}/utterances/{utterance_id}/speaker", speakers.correct, CALLER_ONLY, "calls",
         "Give a line of a shared microphone to another", body=speaker_forms.LineForm,
         answer=speaker_forms.SpeakerTold),
    Door("GET", "/calls/{session_id}/insights", calls.insights, CALLER_ONLY, "calls",
         "Every insight, given and withheld, and statistics", answer=advice_forms.Insights),
    Door("POST", "/calls/{session_id}/snooze", coach.snooze, CALLER_ONLY, "calls",
         "No cards for a while, or again from now", body=coach_forms.SnoozeForm, answer=coach_forms.Snoozed),
    Door("GET", "/calls/{session_id}/traces", cases.traces, CALLER_ONLY, "calls",
         "How each answer was looked for: the queries, what was found, what was dropped and why",
         answer=case_forms.Traces),
    Door("POST", "/calls/{session_id}/case", cases.settle, CALLER_ONLY, "calls",
         "The trouble of a support call is resolved, or is not", body=case_forms.CaseForm,
         answer=case_forms.CaseTold),
    Door("GET", "/calls", stories.listing, OPERATOR, "calls", "The calls, newest first",
         query=call_forms.ListQuery, answer=call_forms.CallList),
    Door("GET", "/calls/{session_id}", stories.story, CALLER_ONLY, "calls", "The whole story of a call",
         answer=call_forms.Story),
    Door("DELETE", "/calls/{session_id}", stories.erase, OPERATOR, "calls",
         "Erase a call that is over: story, recording, tape, and what it would have taught",
         status=204),
    Door("GET", "/calls/{session_id}/transcript", stories.transcript, CALLER_ONLY, "calls",
         "What was said, as JSON, CSV, SRT or VTT", query=call_forms.TranscriptQuery, answer=call_forms.Transcript),
    Door("GET", "/calls/{session_id}/recording", recording.sound, CALLER_ONLY, "calls",
         "The sound of a call, our side left, the others right; byte ranges", answer_type="audio/ogg"),
    Door("POST", "/calls/{session_id}/recording", recording.change, CALLER_ONLY, "calls",
         "Start, pause, resume or stop the recording of a call",
         body=call_forms.RecordingForm, answer=call_forms.RecordingTold),
    Door("GET", "/calls/{session_id}/events", events.events, CALLER_ONLY, "calls",
         "A WebSocket: every fact from a cursor, then live", query=rtc_forms.EventsQuery, status=101),
    # browsers
    Door("POST", "/rtc/offer", rtc.offer, CALLER_ONLY, "browsers", "A browser joins a call",
         body=rtc_forms.OfferForm, answer=rtc_forms.Answered),
    Door("DELETE", "/rtc/{leg_id}", rtc.leave, CALLER_ONLY, "browsers", "A browser leaves", status=204),
    Door("GET", "/rtc/config", rtc.config, CALLER_ONLY, "browsers", "STUN and TURN servers",
         answer=rtc_forms.RtcConfig),
    # uploads and summaries
    Door("POST", "/audio/{session_id}", audio.upload, CALLER_ONLY, "audio", "Two WAV files, written down side by side",
         body=advice_forms.UploadForm, body_type="multipart/form-data", answer=advice_forms.Digested),
    Door("POST", "/resume/{session_id}", summaries.resume, CALLER_ONLY, "summaries",
         "A summary that looks at the client", answer=advice_forms.SummaryMade),
    Door("POST", "/summary/{session_id}", summaries.summary, CALLER_ONLY, "summaries",
         "A summary that looks at the commercial", answer=advice_forms.SummaryMade),
    # the telephone
    Door("POST", "/twilio/initiate-call", phone.initiate_call, CALLER_ONLY, "telephone", "Ring a telephone",
         body=phone_forms.InitiateForm, answer=phone_forms.Initiated),
    Door("POST", "/twilio/end-call", phone.end_call, CALLER_ONLY, "telephone", "Hang a telephone up",
         body=phone_forms.EndForm, answer=phone_forms.PhoneEnded),
    Door("GET", "/twilio/call-status/{call_sid}", phone.call_status, CALLER_ONLY, "telephone",
         "The last known status of a telephone call", answer=phone_forms.PhoneStatus),
    Door("POST", "/twilio/voice", voice.voice, NETWORK, "telephone", "The network asks what to do with a call",
         query=webhook_forms.VoiceQuery, body=webhook_forms.NetworkForm, body_type=FORM, answer_type="text/xml"),
    Door("POST", "/twilio/status", voice.status, NETWORK, "telephone", "The network tells how a call goes",
         query=webhook_forms.OrderQuery, body=webhook_forms.NetworkForm, body_type=FORM, status=204),
    Door("POST", "/twilio/answered-by", voice.answered_by, NETWORK, "telephone", "The network tells who picked up",
         query=webhook_forms.OrderQuery, body=webhook_forms.AnswererForm, body_type=FORM, status=204),
    Door("GET", "/twilio/media-stream", voice.media_stream, NETWORK, "telephone",
         "A WebSocket: the sound of a telephone call, both ways", status=101),
    # customers
    Door("GET", "/profiles", profiles.listing, OPERATOR, "customers", "Customer profiles, by name",
         query=profile_forms.ProfilesQuery, answer=profile_forms.ProfileList),
    Door("POST", "/profiles", profiles.create, OPERATOR, "customers", "A new customer profile",
         body=profile_forms.NewProfileForm, answer=profile_forms.ProfileSaved),
    Door("GET", "/profiles/{profile_id}", profiles.read, OPERATOR, "customers", "A customer profile",
         answer=profile_forms.ProfileSeen),
    Door("PUT", "/profiles/{profile_id}", profiles.write, OPERATOR, "customers",
         "Save a customer profile as it was edited; refused with the newer one where it was changed meanwhile",
         body=profile_forms.EditedProfileForm, answer=profile_forms.ProfileSaved),
    Door("DELETE", "/profiles/{profile_id}", profiles.erase, OPERATOR, "customers",
         "Erase a customer profile; stories of calls keep what they knew until they are forgotten", status=204),
    Door("GET", "/calls/{session_id}/profile", profiles.of_call, CALLER_ONLY, "customers",
         "Whose call it is, and what it has told of them", answer=profile_forms.CallProfile),
    Door("POST", "/calls/{session_id}/profile", profiles.approve, CALLER_ONLY, "customers",
         "Put what was learnt in a call into its customer's profile",
         body=profile_forms.ApprovalForm, answer=profile_forms.Approved),
    # people at their desks
    Door("GET", "/reception", reception.reception, OPERATOR, "reception",
         "A WebSocket: calls ring here. Down: ring {call, playbook, language, from, note, seconds}, "
         "stop {call, reason: taken, gone or timeout}, accepted {call, token, token_seconds, playbook, language}; "
         "up: accept {call}, decline {call}, available {available}", query=reception_forms.ReceptionQuery, status=101),
    Door("POST", "/calls/{session_id}/hand-over", hand_over.hand_over, CALLER_ONLY, "reception",
         "Leave a call to somebody at a desk, or to a number",
         body=reception_forms.HandOverForm, answer=reception_forms.HandOverBegun),
    # the knowledge base
    Door("GET", "/knowledge/documents", knowledge.listing, OPERATOR, "knowledge", "The documents, by title",
         query=knowledge_forms.DocumentsQuery, answer=knowledge_forms.DocumentList),
    Door("POST", "/knowledge/documents", knowledge.add, OPERATOR, "knowledge",
         "A text, or pages to fetch, into the knowledge base: a job",
         body=knowledge_forms.AddForm, answer=knowledge_forms.JobSeen, status=202),
    Door("POST", "/knowledge/files", knowledge.add_file, OPERATOR, "knowledge",
         "A file into the knowledge base: a job", body=knowledge_forms.FileForm, body_type="multipart/form-data",
         answer=knowledge_forms.JobSeen, status=202),
    Door("GET", "/knowledge/documents/{document_id}", knowledge.show, OPERATOR, "knowledge",
         "A document, its editions and its passages", answer=knowledge_forms.DocumentShown),
    Door("DELETE", "/knowledge/documents/{document_id}", knowledge.forget, OPERATOR, "knowledge",
         "Forget a document; stories of calls keep what they quoted of it", answer=knowledge_forms.DocumentForgotten),
    Door("POST", "/knowledge/search", knowledge.search, OPERATOR, "knowledge",
         "Search as a call does; scores with their parts, and what was passed over and why",
         body=knowledge_forms.SearchForm, answer=knowledge_forms.SearchAnswer),
    Door("GET", "/knowledge/jobs", knowledge.jobs, OPERATOR, "knowledge",
         "Documents on their way in, and those lately done", answer=knowledge_forms.Jobs),
    Door("GET", "/knowledge/jobs/{job_id}", knowledge.job, OPERATOR, "knowledge", "How far a job is",
         answer=knowledge_forms.JobSeen),
    # what the knowledge base lacks
    Door("GET", "/knowledge/gaps", gaps.listing, OPERATOR, "knowledge",
         "What nobody could answer, and how often it was asked", query=gap_forms.GapsQuery, answer=gap_forms.GapList),
    Door("POST", "/knowledge/gaps/{gap_id}", gaps.mark, OPERATOR, "knowledge", "A gap is filled, or is open again",
         body=gap_forms.GapForm, answer=gap_forms.GapKnown),
    # what calls propose for it
    Door("GET", "/knowledge/proposals", proposals.listing, OPERATOR, "knowledge",
         "Articles that calls which ended well propose", query=proposal_forms.ProposalsQuery,
         answer=proposal_forms.ProposalList),
    Door("POST", "/knowledge/proposals/{proposal_id}", proposals.decide, OPERATOR, "knowledge",
         "Edit, approve or reject a proposed article; only what is approved is found",
         body=proposal_forms.ProposalForm, answer=proposal_forms.ProposalTold),
    # the technician's page
    Door("GET", "/demo/twilio-technician", pages.page("technician.html"), ANYONE, "pages", "The technician's page",
         answer_type="text/html"),
    Door("GET", "/demo/get-session-suggestions", demo.suggestions, CALLER_ONLY, "calls", "The suggestions of a call",
         query=advice_forms.SuggestionsQuery, answer=advice_forms.Suggestions),
    # the house
    Door("GET", "/health", health.health, ANYONE, "house", "What stands behind each port, and what is missing",
         answer=forms.Health),
    Door("GET", "/metrics", health.measures, OPERATOR, "house", "Figures for Prometheus", answer_type="text/plain"),
    Door("GET", "/openapi.json", pages.openapi, ANYONE, "house", "This document", answer_type="application/json"),
    # pages
    Door("GET", "/", pages.page("index.html"), ANYONE, "pages", "The softphone", answer_type="text/html"),
    Door("GET", "/knowledge", pages.page("knowledge.html"), ANYONE, "pages", "The knowledge base's page",
         answer_type="text/html"),
    Door("GET", "/customers", pages.page("profiles.html"), ANYONE, "pages", "The customers' page",
         answer_type="text/html"),
    Door("GET", "/history", pages.page("history.html"), ANYONE, "pages", "The page of past calls",
         answer_type="text/html"),
    Door("GET", "/docs", pages.page("docs/swagger.html"), ANYONE, "pages", "This document in Swagger UI",
         answer_type="text/html"),
    Door("GET", "/redoc", pages.page("docs/redoc.html", policy=pages.REDOC_POLICY), ANYONE, "pages",
         "This document in ReDoc", answer_type="text/html"),
    Door("GET", "/static/{path:.+}", pages.static, ANYONE, "pages", "What the pages load", answer_type="text/plain"),
)  # fmt: skip


def mount(application: web.Application, doors: Sequence[Door]) -> None:
    """Open these doors, and write their document."""
    server = application[OPTIONS].public_base
    application[DOCUMENT] = document(doors, version=__version__, server=server)
    for door in doors:
        add = application.router.add_get if door.method == "GET" else partial(application.router.add_route, door.method)
        add(door.path, _guarded(door))


def _guarded(door: Door) -> Handler:
    """The handler behind its guard: whoever may not come in never reaches it."""

    async def enter(request: web.Request) -> web.StreamResponse:
        if door.who in {Who.OPERATOR, Who.CALLER}:
            caller = request[CALLER] = request.app[GUARD].caller(request)
            if door.who is Who.OPERATOR and not caller.operator:
                raise NotAllowed("a call's token does not open this door")
            if "session_id" in request.match_info:
                caller.enter(request.match_info["session_id"])
        return await door.handler(request)

    return enter
