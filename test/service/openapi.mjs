// openapi.mjs valid FILE: is it a valid document?
// openapi.mjs walk FILE:  calls every operation as somebody (TOKEN) and as nobody. A fault is an answer that the document
//                         does not describe, or one of another shape.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const [, , what, file] = process.argv;
const document = JSON.parse(readFileSync(file, 'utf8'));

if (what === 'valid') {
    const require = createRequire(process.env.NODE_MODULES + '/');
    const {Validator} = await import(require.resolve('@seriousme/openapi-schema-validator'));
    const result = await new Validator().validate(document);
    console.log(result.valid ? 'valid' : JSON.stringify(result.errors));
} else {
    await walk();
}

// Values that fit the schemas, of things that are not there unless the organization's own.
function value_for({name, schema}) {
    if (name === 'org') return process.env.ORGANIZATION;
    if (schema.format === 'uuid') return '00000000-0000-4000-8000-000000000000';
    if (schema.type === 'integer') return '1';
    if (schema.type === 'boolean') return 'true';
    if (schema.type === 'object') return '{}';
    return name === 'encoding' ? 'utf-8' : name === 'delimiter' ? ',' : 'nothing';
}

function body_for(operation) {
    const content = operation.requestBody?.content;
    if (!content) return {};
    if (content['text/csv']) return {body: 'email\r\nwalker@example.com\r\n', type: 'text/csv'};
    const fields = content['application/json'].schema.properties ?? {};
    const sample = ({type}) => {
        const first = Array.isArray(type) ? type[0] : type;
        return {string: 'walker', object: {}, boolean: true, integer: 1}[first];
    };
    return {body: JSON.stringify(Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, sample(v)]))), type: 'application/json'};
}

function fault_of(operation, response, text) {
    const type = (response.headers.get('content-type') ?? '').split(';')[0];
    const described = operation.responses[response.status];
    if (described) {
        const types = Object.keys(described.content ?? {});
        if (response.status === 204) return text === '' ? null : '204 with a body';
        return types.includes(type) ? null : `${response.status} as ${type}`;
    }
    if (type !== 'application/problem+json') return `${response.status} as ${type}`;
    const problem = JSON.parse(text);
    if (['not_found', 'method_not_allowed', 'internal_error'].includes(problem.code)) return problem.code;
    if (response.status >= 500) return `${response.status} ${problem.code} ${problem.detail}`;
    return problem.status === response.status ? null : 'another status in the document';
}

async function call(path, method, operation, headers) {
    const parameters = operation.parameters ?? [];
    let url = path;
    const query = new URLSearchParams();
    for (const each of parameters) {
        if (each.in === 'path') url = url.replace(`{${each.name}}`, encodeURIComponent(value_for(each)));
        if (each.in === 'query' && each.schema.type === 'integer') query.set(each.name, value_for(each));
    }
    const {body, type} = body_for(operation);
    const response = await fetch(`${process.env.BASE}${url}?${query}`,
        {method: method.toUpperCase(), body, headers: {...headers, ...(type ? {'Content-Type': type} : {})}});
    return [response, await response.text()];
}

async function walk() {
    let operations = 0;
    let faults = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(methods)) {
            operations++;
            const say = (as, fault) => (faults++, console.log(`${method} ${path} as ${as}: ${fault}`));
            const [somebody, answer] = await call(path, method, operation, {Authorization: `Bearer ${process.env.TOKEN}`});
            const fault = fault_of(operation, somebody, answer);
            if (fault) say('somebody', fault);
            const [nobody] = await call(path, method, operation, {});
            if (!operation.security && nobody.status !== 401) say('nobody', nobody.status);
        }
    }
    console.log(`${operations} operations, ${faults} faults`);
}
