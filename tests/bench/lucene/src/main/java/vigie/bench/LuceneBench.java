package vigie.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.DrillDownQuery;
import org.apache.lucene.facet.DrillSideways;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.Facets;
import org.apache.lucene.facet.FacetsCollectorManager;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.LabelAndValue;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexOrDocValuesQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene as a peer of Vigie.
 *
 * <pre>
 * index CORPUS.jsonl DIRECTORY --threads N
 * search DIRECTORY QUERIES.json --warmup ROUNDS --warmup-seconds S --runs ROUNDS
 * </pre>
 *
 * Both print one JSON object. See README.md beside pom.xml.
 */
public final class LuceneBench {
  private static final List<String> FACETS =
      List.of("date", "source", "country", "equipment", "organisation", "person");
  private static final int TOP_HITS = 10;
  private static final int TOP_VALUES = 12;
  private static final int SHOWN_VALUES = 5;
  private static final float TITLE_BOOST = 2f;
  private static final double WRITER_MEGABYTES = 256;
  private static final int READ_AHEAD = 100_000;
  private static final int WARMUP_ARTICLES = 20_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private LuceneBench() {}

  public static void main(String[] arguments) throws Exception {
    Object answer =
        switch (arguments[0]) {
          case "index" ->
              index(Path.of(arguments[1]), Path.of(arguments[2]), option(arguments, "--threads", 1));
          case "search" ->
              search(
                  Path.of(arguments[1]),
                  Path.of(arguments[2]),
                  option(arguments, "--warmup", 3),
                  option(arguments, "--warmup-seconds", 15),
                  option(arguments, "--runs", 30));
          default -> throw new IllegalArgumentException("index or search, not " + arguments[0]);
        };
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println(JSON.writeValueAsString(answer));
  }

  private static int option(String[] arguments, String name, int otherwise) {
    int place = Arrays.asList(arguments).indexOf(name);
    return place < 0 ? otherwise : Integer.parseInt(arguments[place + 1]);
  }

  private static FacetsConfig facetsConfig() {
    FacetsConfig config = new FacetsConfig();
    for (String field : List.of("country", "equipment", "organisation", "person")) {
      config.setMultiValued(field, true);
    }
    return config;
  }

  // Indexing

  /** One line of the corpus. */
  private record Article(
      String id,
      String title,
      String text,
      String date,
      String source,
      List<String> country,
      List<String> equipment,
      List<String> organisation,
      List<String> person) {}

  private record Indexed(String version, int threads, double seconds, long bytes, int documents, int segments) {}

  /**
   * Builds a new index. Only work on articles already in memory is timed, up to the end of the last merge; the code
   * has been compiled before, on a throw-away index of the first articles.
   */
  private static Indexed index(Path corpus, Path folder, int threads) throws Exception {
    ObjectReader lines = JSON.readerFor(Article.class);
    long nanos = 0;
    try (FSDirectory directory = FSDirectory.open(folder);
        MappingIterator<Article> articles = lines.readValues(corpus.toFile());
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Article> ready = next(articles);
      warmUp(ready.subList(0, Math.min(WARMUP_ARTICLES, ready.size())), pool, threads);
      IndexWriter writer = new IndexWriter(directory, settings());
      for (; !ready.isEmpty(); ready = next(articles)) {
        long start = System.nanoTime();
        addAll(writer, ready, pool, threads);
        nanos += System.nanoTime() - start;
      }
      long start = System.nanoTime();
      writer.close();
      nanos += System.nanoTime() - start;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        int segments = reader.leaves().size();
        return new Indexed(version(), threads, nanos / 1e9, size(folder), reader.numDocs(), segments);
      }
    }
  }

  private static IndexWriterConfig settings() {
    return new IndexWriterConfig(new FrenchAnalyzer())
        .setOpenMode(OpenMode.CREATE)
        .setRAMBufferSizeMB(WRITER_MEGABYTES);
  }

  private static List<Article> next(MappingIterator<Article> articles) throws IOException {
    List<Article> ready = new ArrayList<>();
    while (ready.size() < READ_AHEAD && articles.hasNextValue()) {
      ready.add(articles.nextValue());
    }
    return ready;
  }

  private static void warmUp(List<Article> articles, ExecutorService pool, int threads) throws Exception {
    try (ByteBuffersDirectory memory = new ByteBuffersDirectory();
        IndexWriter writer = new IndexWriter(memory, settings())) {
      addAll(writer, articles, pool, threads);
    }
  }

  private static void addAll(IndexWriter writer, List<Article> articles, ExecutorService pool, int threads)
      throws Exception {
    FacetsConfig config = facetsConfig();
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> workers = new ArrayList<>();
    for (int worker = 0; worker < threads; worker++) {
      workers.add(
          pool.submit(
              () -> {
                for (int i = next.getAndIncrement(); i < articles.size(); i = next.getAndIncrement()) {
                  writer.addDocument(config.build(document(articles.get(i))));
                }
                return null;
              }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
  }

  private static Document document(Article article) {
    long day = LocalDate.parse(article.date()).toEpochDay();
    Document document = new Document();
    document.add(new StringField("id", article.id(), Field.Store.YES));
    document.add(new TextField("title", article.title(), Field.Store.YES));
    document.add(new TextField("text", article.text(), Field.Store.YES));
    document.add(new LongPoint("day", day));
    document.add(new NumericDocValuesField("day", day));
    document.add(new SortedSetDocValuesFacetField("date", article.date().substring(0, 4)));
    document.add(new SortedSetDocValuesFacetField("source", article.source()));
    addFacets(document, "country", article.country());
    addFacets(document, "equipment", article.equipment());
    addFacets(document, "organisation", article.organisation());
    addFacets(document, "person", article.person());
    return document;
  }

  private static void addFacets(Document document, String field, List<String> values) {
    for (String value : values) {
      document.add(new SortedSetDocValuesFacetField(field, value));
    }
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(path -> path.toFile().length()).sum();
    }
  }

  // Searching

  /** What is asked: tests/bench/queries.py says what the fields mean. */
  private record Question(
      String name,
      String kind,
      List<String> words,
      String operator,
      List<String> phrase,
      String prefix,
      Map<String, List<String>> filters,
      @JsonProperty("date_from") String dateFrom,
      @JsonProperty("date_to") String dateTo,
      String sort) {}

  /** What one run gives. */
  private record Answer(long total, List<String> titles, Map<String, Map<String, Long>> facets) {}

  private record Timing(
      String name,
      long total,
      @JsonProperty("median_ms") double medianMs,
      @JsonProperty("p99_ms") double p99Ms,
      @JsonProperty("times_ms") double[] timesMs,
      Map<String, Map<String, Long>> facets,
      List<String> titles) {}

  private record Timings(String version, int documents, int segments, List<Timing> queries) {}

  private static Timings search(Path folder, Path questions, int warmup, int warmupSeconds, int runs) throws IOException {
    List<Question> asked = List.of(JSON.readValue(questions.toFile(), Question[].class));
    try (FSDirectory directory = FSDirectory.open(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      Peer peer = new Peer(reader);
      warmUp(peer, asked, warmup, warmupSeconds);
      double[][] times = new double[asked.size()][runs];
      Answer[] answers = new Answer[asked.size()];
      for (int run = 0; run < runs; run++) {
        for (int i = 0; i < answers.length; i++) {
          long start = System.nanoTime();
          answers[i] = peer.answer(asked.get(i));
          times[i][run] = (System.nanoTime() - start) / 1e6;
        }
      }
      List<Timing> timings = new ArrayList<>();
      for (int i = 0; i < answers.length; i++) {
        timings.add(timing(asked.get(i), answers[i], times[i]));
      }
      return new Timings(version(), reader.numDocs(), reader.leaves().size(), timings);
    }
  }

  private static void warmUp(Peer peer, List<Question> asked, int rounds, int seconds) throws IOException {
    long start = System.nanoTime();
    for (int round = 0; round < rounds || System.nanoTime() - start < seconds * 1_000_000_000L; round++) {
      for (Question question : asked) {
        peer.answer(question);
      }
    }
  }

  private static Timing timing(Question question, Answer answer, double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    double p99 = sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
    Map<String, Map<String, Long>> shown = new LinkedHashMap<>();
    answer.facets().forEach((field, values) -> shown.put(field, firstOf(values)));
    return new Timing(question.name(), answer.total(), median, p99, times, shown, answer.titles());
  }

  private static Map<String, Long> firstOf(Map<String, Long> values) {
    Map<String, Long> first = new LinkedHashMap<>();
    values.entrySet().stream().limit(SHOWN_VALUES).forEach(each -> first.put(each.getKey(), each.getValue()));
    return first;
  }

  private static String version() {
    return "Lucene " + Version.LATEST + ", Java " + Runtime.version().feature();
  }

  /** One open index, asked by one thread. */
  private static final class Peer {
    private static final Sort NEWEST = new Sort(new SortField("day", SortField.Type.LONG, true));
    private static final Set<String> TITLE_ONLY = Set.of("title");

    private final Analyzer analyzer = new FrenchAnalyzer();
    private final FacetsConfig config = facetsConfig();
    private final IndexSearcher searcher;
    private final SortedSetDocValuesReaderState state;
    private final DrillSideways sideways;

    Peer(IndexReader reader) throws IOException {
      searcher = new IndexSearcher(reader);
      searcher.setQueryCache(null);
      state = new DefaultSortedSetDocValuesReaderState(reader, config);
      sideways = new DrillSideways(searcher, config, state);
    }

    Answer answer(Question question) throws IOException {
      Query query = query(question);
      Sort sort = question.sort().equals("newest") ? NEWEST : null;
      TopDocs hits;
      Facets facets;
      if (question.filters().isEmpty()) {
        FacetsCollectorManager collectors = new FacetsCollectorManager();
        FacetsCollectorManager.FacetsResult found =
            sort == null
                ? FacetsCollectorManager.search(searcher, query, TOP_HITS, collectors)
                : FacetsCollectorManager.search(searcher, query, TOP_HITS, sort, collectors);
        hits = found.topDocs();
        facets = new SortedSetDocValuesFacetCounts(state, found.facetsCollector());
      } else {
        DrillDownQuery narrowed = new DrillDownQuery(config, query);
        question.filters().forEach((field, values) -> values.forEach(value -> narrowed.add(field, value)));
        DrillSideways.DrillSidewaysResult found =
            sort == null
                ? sideways.search(narrowed, TOP_HITS)
                : sideways.search(narrowed, null, null, TOP_HITS, sort, false);
        hits = found.hits;
        facets = found.facets;
      }
      if (hits.totalHits.relation() != TotalHits.Relation.EQUAL_TO) {
        throw new IllegalStateException("the total is not exact: " + question.name());
      }
      return new Answer(hits.totalHits.value(), titles(hits), counts(facets));
    }

    private List<String> titles(TopDocs hits) throws IOException {
      StoredFields stored = searcher.storedFields();
      List<String> titles = new ArrayList<>(hits.scoreDocs.length);
      for (ScoreDoc hit : hits.scoreDocs) {
        titles.add(stored.document(hit.doc, TITLE_ONLY).get("title"));
      }
      return titles;
    }

    private static Map<String, Map<String, Long>> counts(Facets facets) throws IOException {
      Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
      for (String field : FACETS) {
        Map<String, Long> values = new LinkedHashMap<>();
        FacetResult found = facets.getTopChildren(TOP_VALUES, field);
        if (found != null) {
          for (LabelAndValue each : found.labelValues) {
            values.put(each.label, each.value.longValue());
          }
        }
        counts.put(field, values);
      }
      return counts;
    }

    private Query query(Question question) {
      BooleanQuery.Builder all = new BooleanQuery.Builder();
      addWords(all, question);
      if (!question.phrase().isEmpty()) {
        all.add(eitherField(phrase("title", question.phrase()), phrase("text", question.phrase())), Occur.MUST);
      }
      if (question.prefix() != null) {
        Query title = new PrefixQuery(new Term("title", question.prefix()));
        all.add(eitherField(title, new PrefixQuery(new Term("text", question.prefix()))), Occur.MUST);
      }
      if (question.dateFrom() != null) {
        all.add(dates(question.dateFrom(), question.dateTo()), Occur.FILTER);
      }
      BooleanQuery query = all.build();
      return switch (query.clauses().size()) {
        case 0 -> new MatchAllDocsQuery();
        case 1 -> query.clauses().getFirst().query();
        default -> query;
      };
    }

    private void addWords(BooleanQuery.Builder all, Question question) {
      List<Token> terms = analyzed("text", String.join(" ", question.words()));
      boolean every = question.operator().equals("and");
      BooleanQuery.Builder any = new BooleanQuery.Builder();
      for (Token term : terms) {
        Query title = word("title", term.text());
        Query text = word("text", term.text());
        if (every) {
          all.add(eitherField(title, text), Occur.MUST);
        } else {
          any.add(new BoostQuery(title, TITLE_BOOST), Occur.SHOULD);
          any.add(text, Occur.SHOULD);
        }
      }
      if (!every && !terms.isEmpty()) {
        all.add(any.build(), Occur.MUST);
      }
    }

    private static Query word(String field, String term) {
      return new TermQuery(new Term(field, term));
    }

    private static Query eitherField(Query title, Query text) {
      return new BooleanQuery.Builder()
          .add(new BoostQuery(title, TITLE_BOOST), Occur.SHOULD)
          .add(text, Occur.SHOULD)
          .build();
    }

    private Query phrase(String field, List<String> words) {
      PhraseQuery.Builder phrase = new PhraseQuery.Builder();
      for (Token token : analyzed(field, String.join(" ", words))) {
        phrase.add(new Term(field, token.text()), token.position());
      }
      return phrase.build();
    }

    private static Query dates(String from, String to) {
      long first = from == null ? Long.MIN_VALUE : LocalDate.parse(from).toEpochDay();
      long last = to == null ? Long.MAX_VALUE : LocalDate.parse(to).toEpochDay();
      return new IndexOrDocValuesQuery(
          LongPoint.newRangeQuery("day", first, last), NumericDocValuesField.newSlowRangeQuery("day", first, last));
    }

    private record Token(String text, int position) {}

    private List<Token> analyzed(String field, String text) {
      List<Token> tokens = new ArrayList<>();
      try (TokenStream stream = analyzer.tokenStream(field, text)) {
        CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
        PositionIncrementAttribute step = stream.addAttribute(PositionIncrementAttribute.class);
        int position = -1;
        stream.reset();
        while (stream.incrementToken()) {
          position += step.getPositionIncrement();
          tokens.add(new Token(term.toString(), position));
        }
        stream.end();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
      return tokens;
    }
  }
}
