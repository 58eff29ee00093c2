// The administration tab. The token lives in this closure only. What the server says enters the page as text.
const MOST = 2 * 1024 * 1024, HANGS_UP = 10 * 1024 * 1024;
let token = null, state = null, opinions = [], jobs = [], turns = 0, running = false, visit = new AbortController();

const $ = (selector) => element.querySelector(selector);
const article = () => $('article.admin[data-texts]');
const t = () => JSON.parse(article().dataset.texts);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children.filter((child) => child !== null));
    return made;
};
const button = (label, act, properties = {}) => {
    const made = make('button', {type: 'button', textContent: label, ...properties});
    made.addEventListener('click', act);
    return made;
};
const say = (text) => { $('.said').textContent = text; };
const complain = (error, where = $('.inside > .error')) => {
    where.textContent = error ? error.message : '';
    where.hidden = !error;
};

// --- the server

const call = async (path, options = {}) => {
    const headers = {...options.headers, authorization: `Bearer ${token}`, 'accept-language': article().lang};
    let response;
    try {
        response = await fetch(`/api/admin${path}`, {...options, headers, signal: visit.signal, cache: 'no-store', credentials: 'omit'});
    } catch {
        throw new Error(t().offline);
    }
    if (response.ok) return response;
    const told = await response.json().catch(() => null);
    throw Object.assign(new Error(told?.error?.message ?? filled(t().failed, {status: response.status})), {code: told?.error?.code});
};
const sending = (value) => ({method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(value)});
async function* events(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
        const {done, value} = await reader.read();
        if (done) return;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        for (const block of blocks) {
            const found = block.match(/^event: (\w+)\ndata: (.*)$/);
            if (found) yield {name: found[1], data: JSON.parse(found[2])};
        }
    }
}
// Does something with the server; what goes wrong is told, and a token that is refused meanwhile ends the visit.
const attempt = async (act) => {
    complain(null);
    try {
        await act();
    } catch (error) {
        if (error.code === 'admin_required' || error.code === 'admin_off') leave(error);
        else complain(error);
    }
};

// --- coming and leaving

const enter = async () => {
    const field = $('#admin-token'), error = $('#admin-token-error'), given = field.value.trim();
    const refused = (why) => {
        token = null;
        complain(why, error);
        field.setAttribute('aria-invalid', 'true');
        field.focus();
    };
    if (!given) return refused(new Error(t().token_empty));
    if (!/^[\x21-\x7e]+$/.test(given)) return refused(new Error(t().token_signs));
    token = given;
    try {
        state = await (await call('/state')).json();
        opinions = await (await call('/feedback')).json();
    } catch (why) {
        return refused(why);
    }
    field.value = '';
    draw();
    say(t().entered);
    $('[data-do=leave]').focus();
    if (state.ingesting) begin([{...state.ingesting, found: true}]);  // begun before this page was loaded
};
const leave = (why = null) => {
    visit.abort();
    visit = new AbortController();
    token = state = null;
    opinions = [];
    jobs = [];
    $('#admin-token').value = $('#admin-message').value = '';
    draw();
    complain(why, $('#admin-token-error'));
    $('#admin-token').focus();
};

// --- plans

const STATUS = {added: 'added', updated: 'updated', unchanged: 'unchanged', failed: 'not_taken'};
// Why a file was not taken, in the reader's language; undefined for a kind that this page does not know.
const reason = (kind, values) => t()[`failed_${kind}`] && filled(t()[`failed_${kind}`], values);
const begin = (added) => {
    for (const job of added) job.turn = turns++;
    jobs.unshift(...added);
    drawJobs();
    work();
};
const take = (files) => begin([...files].map((file) => ({file, name: file.name})));
const next = () => jobs.filter((one) => !one.over).sort((a, b) => a.turn - b.turn)[0];
const work = async () => {
    if (running) return;
    running = true;
    drawStop();
    for (let job; token && (job = next());) {
        await one(job);
        job.over = true;
        drawJob(job);
    }
    running = false;
    drawStop();
    if (!token) return;
    say(t().all_done);
    look();
};
const one = async (job) => {
    try {
        if (job.file && !/\.(txt|md)$/i.test(job.file.name)) throw new Error(t().failed_suffix);
        if (job.file?.size > HANGS_UP) throw new Error(filled(t().too_large, {size: Math.ceil(job.file.size / 1024 / 1024)}));
        let body;
        if (job.file) (body = new FormData()).append('file', job.file);
        const response = job.found ? await call('/ingestion') : await call(job.file ? '/plans' : '/reingest', {method: 'POST', body});
        let ended = false;
        for await (const {name, data} of events(response)) {
            if (name === 'progress') Object.assign(job, data);
            if (name === 'error') throw new Error(reason(data.error.kind, data.error) ?? data.error.message);
            if (name === 'result') job.results = [...(job.results ?? []), data];
            ended ||= name === 'done';
            job.begun = true;
            drawJob(job);
        }
        if (!ended) throw new Error(t().broken_off);
    } catch (error) {
        if (error.code === 'admin_required') return leave(error);
        job.error = error instanceof TypeError ? t().broken_off : error.message;  // a stream that breaks off is a TypeError
    }
};
const stop = () => attempt(() => call('/ingestion', {method: 'DELETE'}));
const drawStop = () => {
    const place = $('.stop'), left = !running && place.contains(document.activeElement);
    place.hidden = !running;
    if (left) $('#admin-files').focus();
};
const again = (job) => {
    Object.assign(job, {over: false, error: null, results: null, begun: false, done: 0, total: 0});
    drawJob(job);
    work();
};
const drawJobs = () => {
    $('.jobs-head').hidden = !jobs.length;
    $('.jobs').replaceChildren(...jobs.map((job) => job.row = make('li')));
    jobs.forEach(drawJob);
};
const drawJob = (job) => {
    if (!job.row) return;
    const x = t(), name = job.name ?? x.reingest, parts = [make('b', {textContent: name})];
    const phase = job.total ? filled(x.embedding, job) : job.begun ? x.reading : x.waiting;
    if (!job.over) {
        const bar = make('progress', {max: job.total || 1, ariaLabel: filled(x.progress_of, {name})});
        if (job.total) bar.value = job.done;
        parts.push(make('span', {textContent: phase, className: 'hint'}), bar);
    }
    if (job.error) parts.push(make('p', {className: 'error', textContent: job.error}), button(x.retry, () => again(job)));
    for (const result of job.results ?? []) parts.push(drawResult(result, job.file ? null : result.source));
    job.row.replaceChildren(...parts);
};
const drawResult = (result, name) => {
    const x = t(), failed = result.status === 'failed';
    const what = failed ? reason(result.code, result) ?? result.error : filled(x.result, result);
    const line = make('p', {}, make('span', {className: `chip ${failed ? 'short' : 'met'}`, textContent: x[STATUS[result.status]]}),
        ' ', name ? `${name}: ` : '', make('span', {textContent: what}));
    if (result.replaced) line.append(make('b', {className: 'replaced', textContent: ` ${filled(x.replaced, result)}`}));
    if (!result.warnings?.length) return line;
    return make('div', {}, line, make('details', {}, make('summary', {textContent: filled(x.warnings, {count: result.warnings.length})}),
        make('ul', {}, ...result.warnings.map((warning) => make('li', {textContent: warning})))));
};

const look = () => attempt(async () => {
    state = await (await call('/state')).json();
    drawPlans();
});
const drawPlans = () => {
    $('.kept').replaceChildren(...state.plans.map((plan) => {
        const row = make('li'), name = plan.plan_number ?? plan.title;
        const ask = () => hesitate(row, t().remove_sure, () => remove(plan, name), () => { draw(); row.querySelector('button').focus(); });
        const draw = () => row.replaceChildren(make('b', {textContent: name}), make('span', {className: 'hint', textContent: facts(plan)}),
            make('p', {className: 'choices'}, button(t().remove, ask, {className: 'danger', ariaLabel: filled(t().about, {action: t().remove, question: name})})));
        draw();
        return row;
    }));
};
const facts = (plan) => [plan.province, plan.year, plan.source].filter(Boolean).join(' · ');
const remove = (plan, name) => attempt(async () => {
    await call(`/plans/${encodeURIComponent(plan.plan_id)}`, {method: 'DELETE'});
    state.plans = state.plans.filter((one) => one !== plan);
    drawPlans();
    say(filled(t().removed, {name}));
    $('#admin-files').focus();
});
const hesitate = (row, question, act, back) => {
    const keep = button(t().delete_no, back);
    row.querySelector('.choices').replaceChildren(make('span', {textContent: question}), button(t().delete_yes, act, {className: 'danger'}), keep);
    keep.focus();
};

// --- the public API

const drawSwitch = () => {
    const x = t(), {on} = state.public_api, chip = $('.public .chip'), toggle = $('.public .toggle');
    chip.textContent = on ? x.public_on : x.public_off;
    chip.className = `chip ${on ? 'met' : 'short'}`;
    toggle.textContent = on ? x.turn_off : x.turn_on;
};
const turn = () => attempt(async () => {
    const on = !state.public_api.on, message = on ? '' : $('#admin-message').value.trim();
    state = {...state, ...await (await call('/public-api', sending({on, message}))).json()};
    drawSwitch();
    say(on ? t().turned_on : t().turned_off);
});

// --- opinions

const refresh = () => attempt(async () => {
    opinions = await (await call('/feedback')).json();
    drawOpinions();
});
const drawOpinions = () => {
    $('.opinions .count').textContent = opinions.length ? filled(t().feedback_count, {count: opinions.length}) : t().feedback_none;
    $('.opinions ol').replaceChildren(...opinions.map((opinion) => opinion.row = make('li')));
    opinions.forEach(drawOpinion);
};
const drawOpinion = (opinion) => {
    const x = t(), question = opinion.turns.at(-1), before = opinion.turns.slice(0, -1);
    const when = new Date(opinion.at * 1000).toLocaleString(article().lang === 'vi' ? 'vi-VN' : 'en-GB', {dateStyle: 'short', timeStyle: 'short'});
    const facts = [when, x[`channel_${opinion.channel}`] ?? opinion.channel].join(' · ');
    opinion.row.replaceChildren(...[
        make('p', {className: 'facts'}, make('span', {className: `chip ${opinion.rating === 'up' ? 'met' : 'short'}`, textContent: x[`rate_${opinion.rating}`]}),
            make('span', {className: 'hint', textContent: facts}),
            opinion.promoted ? make('span', {className: 'chip note', textContent: x.promoted}) : null),
        make('h4', {textContent: question}),
        before.length ? unfolding(x.asked_before, before.join('\n')) : null,
        opinion.comment ? make('blockquote', {}, make('b', {textContent: `${x.comment}: `}), make('span', {textContent: opinion.comment})) : null,
        unfolding(x.answer, opinion.answer.answer.replaceAll('**', '')),
        opinion.draft ? drawDraft(opinion.draft) : null,
        make('p', {className: 'choices'},
            button(x.promote, () => promote(opinion), {ariaLabel: filled(x.about, {action: x.promote, question}), ariaDescription: x.promote_note}),
            button(x.delete, () => hesitate(opinion.row, x.delete_sure, () => forget(opinion), () => { drawOpinion(opinion); opinion.row.querySelector('.danger').focus(); }), {className: 'danger', ariaLabel: filled(x.about, {action: x.delete, question})}),
            make('span', {className: 'hint', textContent: x.promote_note})),
    ].filter((part) => part !== null));
};
const unfolding = (title, text) => make('details', {}, make('summary', {textContent: title}), make('p', {className: 'said-then', textContent: text}));
const drawDraft = (draft) => {
    const x = t(), line = JSON.stringify(draft);
    const link = make('a', {className: 'button', textContent: x.download, download: `${draft.id}.jsonl`});
    link.href = `data:application/jsonl;charset=utf-8,${encodeURIComponent(`${line}\n`)}`;
    return make('div', {className: 'draft'}, make('b', {textContent: x.draft}), make('p', {className: 'hint', textContent: x.draft_hint}),
        make('pre', {tabIndex: 0, ariaLabel: x.draft}, make('code', {textContent: line})), link);
};
const promote = (opinion) => attempt(async () => {
    opinion.draft = await (await call(`/feedback/${encodeURIComponent(opinion.id)}/promote`, {method: 'POST'})).json();
    opinion.promoted = true;
    drawOpinion(opinion);
    opinion.row.querySelector('.draft a').focus();
});
const forget = (opinion) => attempt(async () => {
    await call(`/feedback/${encodeURIComponent(opinion.id)}`, {method: 'DELETE'});
    opinions = opinions.filter((one) => one !== opinion);
    drawOpinions();
    say(t().deleted);
    $('[data-do=refresh]').focus();
});

// --- the page

const draw = () => {
    if (!article()) return;
    $('.entrance').hidden = state !== null;
    $('.inside').hidden = state === null;
    drawJobs();
    drawStop();
    drawOpinions();
    if (!state) return;
    drawSwitch();
    drawPlans();
};
const acts = {leave: () => leave(), refresh, stop, reingest: () => begin([{name: null}])};
element.addEventListener('click', (event) => acts[event.target.closest('[data-do]')?.dataset.do]?.());
element.addEventListener('submit', (event) => {
    event.preventDefault();
    if (event.target.matches('.token')) enter();
    if (event.target.matches('.switch')) turn();
});
element.addEventListener('change', (event) => {
    if (event.target.id !== 'admin-files') return;
    take(event.target.files);
    event.target.value = '';
});
for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    element.addEventListener(kind, (event) => {
        const zone = event.target.closest?.('.drop');
        if (!zone) return;
        event.preventDefault();
        zone.classList.toggle('over', kind === 'dragenter' || kind === 'dragover');
        if (kind === 'drop') take(event.dataTransfer.files);
    });
}
watch('value', draw);  // after the language changed
